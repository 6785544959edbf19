import { OrthancOAuthError } from '@orthanc-oauth/core'
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { escapeControlCharacters } from './escape-control-characters.ts'
import type { Rewritten } from './rewrite.ts'
import { type Substituted, substitute } from './substitute.ts'

const BYTE_ORDER_MARK = /^\uFEFF/

/** One file of Orthanc's JSON: comments, trailing commas, a byte-order mark, variables, control characters in strings. */
export class JsonDocument {
  readonly file: string
  readonly root: Node
  readonly #source: string
  readonly #substituted: Substituted
  readonly #escaped: Rewritten

  /** @throws OrthancOAuthError CFG-101, with the line and the variables in it, and nothing of what stands there */
  constructor(file: string, text: string, env: Readonly<Record<string, string | undefined>>) {
    this.file = file
    this.#source = text.replace(BYTE_ORDER_MARK, '')
    this.#substituted = substitute(this.#source, env)
    this.#escaped = escapeControlCharacters(this.#substituted.text)
    const errors: ParseError[] = []
    const root = parseTree(this.#escaped.text, errors, { allowTrailingComma: true })
    const [error] = errors
    if (error !== undefined) throw this.#notJson(words(printParseErrorCode(error.error)), error.offset)
    if (root?.type !== 'object') throw this.#notJson('no object', root?.offset ?? 0)
    this.root = root
  }

  /** From 1, in the file as it was written. */
  lineOf({ offset }: Node): number {
    return this.#lineAt(offset)
  }

  /** A key as it was written: of what a variable brought in only the variable's name is shown, for it may be a secret's. */
  keyAsWritten(key: Node): string {
    const [start, end] = this.#range(key)
    let at = start + 1
    let label = ''
    for (const variable of this.#substituted.variables) {
      if (variable.end <= start || variable.start >= end) continue
      label += `${this.#substituted.text.slice(at, Math.max(variable.start, at))}\${${variable.name}}`
      at = variable.end
    }
    return label === '' ? String(key.value) : label + this.#substituted.text.slice(at, Math.max(end - 1, at))
  }

  /** The names of the variables within, that are not set. */
  unsetIn(node: Node): readonly string[] {
    const [start, end] = this.#range(node)
    return this.#substituted.variables
      .filter((variable) => variable.unset && variable.start > start && variable.start < end)
      .map(({ name }) => name)
  }

  /** In the text after substitution. */
  #range({ offset, length }: Node): [number, number] {
    return [this.#escaped.originOf(offset), this.#escaped.originOf(offset + length)]
  }

  #lineAt(offset: number): number {
    const origin = this.#substituted.originOf(this.#escaped.originOf(offset))
    return this.#source.slice(0, origin).split('\n').length
  }

  #notJson(what: string, offset: number): OrthancOAuthError {
    const line = this.#lineAt(offset)
    const variables = this.#substituted.variables.filter(
      ({ start }) => this.#source.slice(0, this.#substituted.originOf(start)).split('\n').length === line,
    )
    const hint = variables.map(({ name, unset }) => `\${${name}} (${unset ? 'not set' : 'set'})`).join(', ')
    return new OrthancOAuthError(
      'CFG-101',
      `${this.file}:${line}: found ${what}, expected JSON as Orthanc reads it${hint && `; the line holds ${hint}, whose value is put in as it is`}`,
      {
        details: { file: this.file, line },
        troubleshooting:
          hint === ''
            ? undefined
            : [
                'A quote or a backslash in a variable is read as JSON, by Orthanc too: escape it, or give a secret by the key that ends in File.',
              ],
      },
    )
  }
}

/** PropertyNameExpected: "property name expected". */
function words(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
}
