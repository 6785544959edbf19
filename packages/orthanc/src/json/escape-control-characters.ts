import { type Rewritten, rewrite } from './rewrite.ts'

/** Strings, and the comments in which a quote begins none. A string without an end reaches to that of the text. */
const STRING_OR_COMMENT = /"(?:[^"\\]|\\[\s\S])*"?|\/\/[^\n]*|\/\*[\s\S]*?\*\//g
/** What begins with a backslash stays as it is: a backslash before a line's end is an error to jsoncpp too. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const CONTROL_CHARACTER = /\\[\s\S]|[\u0000-\u001f]/g

/** Inside strings jsoncpp takes line ends and tabs as they are (a PEM pasted in), which JSON and its other parsers do not. */
export function escapeControlCharacters(source: string): Rewritten {
  return rewrite(source, STRING_OR_COMMENT, ([token]) =>
    token.startsWith('"') ? token.replace(CONTROL_CHARACTER, escaped) : token,
  )
}

function escaped(character: string): string {
  return character.startsWith('\\') ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
