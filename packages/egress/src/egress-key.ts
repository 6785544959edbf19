import { type SecretSource, secretSourceKey } from '@orthanc-oauth/core'
import type { Egress } from './egress.ts'

/**
 * A part of a provider's cache key: equal for equal ways out, different where another server could be believed, or another
 * client be shown. Secrets enter as a keyed hash or as the path of their file.
 */
export function egressKey({ caFile, verifyTls, proxy, identity }: Egress): readonly unknown[] {
  return [
    caFile ?? null,
    verifyTls ?? true,
    optionalKey(proxy),
    identity ? [identity.certificateFile, identity.keyFile, optionalKey(identity.keyPassword)] : null,
  ]
}

/** Of a secret that may be missing: null then. */
export function optionalKey(source: SecretSource | undefined): string | null {
  return source === undefined ? null : secretSourceKey(source)
}
