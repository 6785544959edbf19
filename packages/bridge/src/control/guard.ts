import type { IncomingMessage } from 'node:http'
import type { BasicGate } from '../http/basic-gate.ts'
import type { AnswerFields } from '../http/json-answer.ts'
import { hostInUrl } from '../http/listen.ts'

export interface GuardOptions {
  /** What the listener was bound to. */
  readonly host: string
  /** Absolute URL by which people reach it besides. */
  readonly advertise?: string | undefined
  /** Absent: whoever reaches it may use it, which is safe on loopback alone. */
  readonly users?: BasicGate | undefined
}

export interface GuardRefusal {
  readonly status: 401 | 403 | 421
  readonly reason: string
  readonly fields?: AnswerFields
}

const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]']
/** Of Fetch Metadata: a page of this listener itself, or a person who typed the address. */
const OWN_SITE: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none'])

/**
 * Decides who may use the control listener. Loopback alone is no defence: a web page in a browser on this machine
 * reaches it, under a name of its own (DNS rebinding) or as another site.
 *
 * @returns undefined for whoever may
 */
export async function guardControl(
  request: IncomingMessage,
  { host, advertise, users }: GuardOptions,
): Promise<GuardRefusal | undefined> {
  const { headers, socket } = request
  const known = new Set([
    ...LOOPBACK_NAMES,
    hostInUrl(host),
    ...(advertise === undefined ? [] : [new URL(advertise).hostname]),
    // Bound to every address: an address, unlike a name, cannot be made to point elsewhere.
    ...(socket.localAddress === undefined ? [] : [hostInUrl(socket.localAddress.replace(/^::ffff:/, ''))]),
  ])
  if (!known.has(hostname(headers.host)))
    return { status: 421, reason: 'This Host is not known here: set ControlAdvertise to the address that people use' }
  if (!OWN_SITE.has(headers['sec-fetch-site']) || !isOwnOrigin(headers.origin, headers.host))
    return { status: 403, reason: 'Requests of other sites are refused' }
  if (users !== undefined && !(await users.admits(headers.authorization)))
    return { status: 401, reason: 'A user of ControlUsers is needed', fields: { 'WWW-Authenticate': users.challenge } }
  return undefined
}

/** Without the port, which tells nothing: it may have been mapped. */
function hostname(host = ''): string {
  return /^(\[[0-9a-f:.]+\]|[^:]+)(?::\d+)?$/.exec(host.toLowerCase())?.[1] ?? ''
}

function isOwnOrigin(origin: string | undefined, host = ''): boolean {
  return origin === undefined || URL.parse(origin)?.host === host.toLowerCase()
}
