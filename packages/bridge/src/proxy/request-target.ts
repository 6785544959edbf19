/** What a client asked the data listener for. */
export interface RequestTarget {
  /** The first segment, decoded: the name of a server. */
  readonly server: string
  /** Everything after it, byte for byte: '', or starting with / or ?. */
  readonly rest: string
}

/** Printable ASCII without what RFC 3986 keeps out of a path and query: a fragment, and the backslash that some servers read as /. */
const FORBIDDEN_BYTE = /[^\x21-\x7e]|[#\\]/
/** C0 controls and DEL, encoded however often: a server that decodes once too often would see them. */
const ENCODED_CONTROL = /%(?:25)*(?:[01][0-9a-f]|7f)/i
const ENCODED_BACKSLASH = /%(?:25)*5c/i
/** Between these a server may see a segment, whether or not it is meant to decode them first. */
const SEPARATOR = /\/|%(?:25)*2f/i
const ENCODED_DOT = /%(?:25)*2e/gi
/** With the path parameters that Java's servers cut off before they resolve dots. */
const DOT_SEGMENT = /^\.\.?(?:;.*)?$/

/**
 * Splits an origin-form target (RFC 9112, section 3.2.1) into the server's name and what is asked of it.
 *
 * Nothing is normalised, so whatever a server could read as another path or another origin is refused: an absolute
 * form, a leading //, dot segments in every spelling, backslashes, fragments, controls, malformed or overlong
 * percent-encoding.
 *
 * @param target as it stood in the request line
 * @returns undefined where it is refused
 */
export function parseRequestTarget(target: string): RequestTarget | undefined {
  if (!target.startsWith('/') || FORBIDDEN_BYTE.test(target)) return undefined
  const query = target.indexOf('?')
  const path = query === -1 ? target : target.slice(0, query)
  if (!isPlainPath(path)) return undefined
  const end = path.indexOf('/', 1)
  const name = path.slice(1, end === -1 ? undefined : end)
  const rest = target.slice(1 + name.length)
  // `//` would be an authority to whoever resolves it as a reference (RFC 3986, section 4.2).
  if (name === '' || rest.startsWith('//')) return undefined
  return { server: decodeURIComponent(name), rest }
}

function isPlainPath(path: string): boolean {
  if (ENCODED_CONTROL.test(path) || ENCODED_BACKSLASH.test(path)) return false
  if (path.split(SEPARATOR).some((segment) => DOT_SEGMENT.test(segment.replace(ENCODED_DOT, '.')))) return false
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
