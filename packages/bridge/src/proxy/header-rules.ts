import { eachField, type Fields, fieldsWhere } from './fields.ts'

/** RFC 9110, section 7.6.1, with the fields of framing and proxy authentication that belong to one connection as well. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'proxy-authenticate',
  'proxy-authorization',
])

/** Ours to say about each attempt: where it goes, how long its body is, whether a 100 is waited for. */
const OURS: ReadonlySet<string> = new Set(['host', 'content-length', 'expect'])

/**
 * The client's credentials, which are for the bridge and never for the server. Cookies are among them: they do not
 * tell ports apart (RFC 6265, section 8.5), so those of anything else on this host would come along. A proof of
 * possession (RFC 9449) goes with a token, and the client has none.
 */
const CLIENTS_CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'dpop'])

/** Who the client is inside the hospital is none of the server's business, and a client's word for it is worth nothing. */
const isForwardingField = (name: string) =>
  name === 'forwarded' || name === 'x-real-ip' || name.startsWith('x-forwarded-')

/**
 * What an origin says about itself: a browser would take it for the bridge's. A cookie is also a credential, which
 * would let its bearer in without a token.
 */
const ABOUT_THE_ORIGIN: ReadonlySet<string> = new Set(['set-cookie', 'alt-svc', 'strict-transport-security'])

/** Servers behind a CGI-like interface take `X_Forwarded_For` for `X-Forwarded-For`, some any spelling: so do these rules. */
const squeezed = (name: string) => name.toLowerCase().replace(/[-_]/g, '')

const neverFromClient = squeezedSet([...HOP_BY_HOP, ...OURS, ...CLIENTS_CREDENTIALS])
const neverFromConfiguration = squeezedSet([...HOP_BY_HOP, ...OURS, 'authorization'])

/**
 * The fields of one attempt, in the order that keeps authorization safe: what belongs to the client's connection (and
 * what its Connection field names) goes first, the configured fields replace what is left, and the authorization
 * comes last, so that nothing a client sends can take it away or stand beside it.
 *
 * @param client as received
 * @param configured sent with every request to this server (API-management keys)
 */
export function requestFields(client: Fields, configured: Fields): string[] {
  const named = connectionOptions(client)
  const kept = fieldsWhere(client, (name) => {
    const lower = name.toLowerCase()
    return !named.has(lower) && !neverFromClient.has(squeezed(name)) && !isForwardingField(lower.replaceAll('_', '-'))
  })
  return replaceFields(
    kept,
    fieldsWhere(configured, (name) => !neverFromConfiguration.has(squeezed(name))),
  )
}

/** `fields` with those of `others`; what had the same name, however spelt, is gone. */
export function replaceFields(fields: Fields, others: Fields): string[] {
  const replaced = squeezedSet([...eachField(others)].map(([name]) => name))
  return [...fieldsWhere(fields, (name) => !replaced.has(squeezed(name))), ...others]
}

/** The fields of an answer as the client may see them. */
export function answerFields(origin: Fields): string[] {
  const named = connectionOptions(origin)
  return fieldsWhere(origin, (name) => {
    const lower = name.toLowerCase()
    return !named.has(lower) && !HOP_BY_HOP.has(lower) && !ABOUT_THE_ORIGIN.has(lower)
  })
}

/** A name in Connection makes that field one of this connection alone, whatever it is called. Content-Length stays: it is framing. */
function connectionOptions(fields: Fields): ReadonlySet<string> {
  const options = new Set<string>()
  for (const [name, value] of eachField(fields))
    if (name.toLowerCase() === 'connection')
      for (const option of value.split(',')) options.add(option.trim().toLowerCase())
  options.delete('content-length')
  return options
}

function squeezedSet(names: Iterable<string>): ReadonlySet<string> {
  return new Set([...names].map(squeezed))
}
