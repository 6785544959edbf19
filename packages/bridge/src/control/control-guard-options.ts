import { OrthancOAuthError } from '@orthanc-oauth/core'
import { isLoopbackHost, type SectionOptions } from '@orthanc-oauth/orthanc'
import { BasicGate } from '../http/basic-gate.ts'
import type { GuardOptions } from './guard.ts'

/** @throws OrthancOAuthError CFG-104 where the control listener would be open to a network without a password */
export function controlGuardOptions(
  { controlListen: { host }, controlAdvertise: advertise, controlUsers }: SectionOptions,
  onUnreadable: (error: unknown) => void,
): GuardOptions {
  const logins = [...controlUsers].map(([username, password]) => ({ username, password }))
  if (logins.length === 0) {
    if (isLoopbackHost(host)) return { host, advertise }
    throw new OrthancOAuthError(
      'CFG-104',
      `ControlListen: ${host} is reached from other machines, and ControlUsers names nobody who may use it`,
      { details: { key: 'ControlUsers', host }, troubleshooting: ['Set ControlUsers, or listen on 127.0.0.1.'] },
    )
  }
  return { host, advertise, users: new BasicGate(logins, 'orthanc-oauth control', onUnreadable) }
}
