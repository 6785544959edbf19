/** One challenge of a WWW-Authenticate field (RFC 9110, section 11.6.1). Names in lower case. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const QUOTED = '"(?:[^"\\\\]|\\\\.)*"'
/** A parameter, else a scheme and what may stand for its parameters (token68); whatever is neither is passed over. */
const PARTS = new RegExp(
  `(?<name>${TOKEN})[ \\t]*=[ \\t]*(?:(?<quoted>${QUOTED})|(?<plain>${TOKEN}))|(?<scheme>${TOKEN})(?=[ \\t,]|$)|${QUOTED}`,
  'gy',
)

/** The challenges of a field whose repetitions were joined by ", ". What is no challenge in it is passed over. */
export function challenges(field: string): Challenge[] {
  const found: { readonly scheme: string; readonly parameters: Map<string, string> }[] = []
  let rest = 0
  while (rest < field.length) {
    PARTS.lastIndex = rest
    const match = PARTS.exec(field)
    if (match === null) {
      rest += 1
      continue
    }
    rest = PARTS.lastIndex
    const { name, quoted, plain, scheme } = match.groups ?? {}
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), parameters: new Map() })
    else if (name !== undefined) found.at(-1)?.parameters.set(name.toLowerCase(), plain ?? unquoted(quoted ?? ''))
  }
  return found
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, '$1')
}
