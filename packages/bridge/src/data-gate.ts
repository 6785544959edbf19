import { randomBytes } from 'node:crypto'
import { Secret } from '@orthanc-oauth/core'
import type { SectionOptions } from '@orthanc-oauth/orthanc'
import { BasicGate, type Login } from './http/basic-gate.ts'

/** Bytes of a password that nobody types: 256 bits, beyond any guessing. */
const PASSWORD_BYTES = 32
/** Bytes that tell this process's definitions in Orthanc from those of another. */
const NAME_BYTES = 6

/** What Orthanc shows: made at start, kept in memory alone, written into every definition. */
export interface OrthancLogin extends Login {
  readonly password: Secret
}

export function newOrthancLogin(): OrthancLogin {
  return {
    username: `bridge-${randomBytes(NAME_BYTES).toString('hex')}`,
    password: new Secret(randomBytes(PASSWORD_BYTES).toString('base64url')),
  }
}

/** Lets in Orthanc, and the client that a person set up where there is one. */
export function dataGate(
  orthanc: OrthancLogin,
  { clientUsername, clientPassword }: SectionOptions,
  onUnreadable: (error: unknown) => void,
): BasicGate {
  const client =
    clientUsername !== undefined && clientPassword !== undefined
      ? [{ username: clientUsername, password: clientPassword }]
      : []
  return new BasicGate([orthanc, ...client], 'orthanc-oauth', onUnreadable)
}
