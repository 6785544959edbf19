import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** A connection to the origin of a URL. Its certificate is not looked at: this stands in front of test servers alone, and checks nothing. */
export async function connectTarget(target: URL | undefined): Promise<Socket> {
  if (target === undefined) throw new Error('The fault server was started without a target to pass requests to')
  const secure = target.protocol === 'https:'
  const port = Number(target.port) || (secure ? 443 : 80)
  const host = target.hostname.replace(/^\[|\]$/g, '')
  const socket = secure ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port })
  await once(socket, secure ? 'secureConnect' : 'connect')
  return socket
}
