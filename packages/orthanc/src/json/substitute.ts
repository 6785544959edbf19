import { type Rewritten, rewrite } from './rewrite.ts'

/** A `${NAME}` and where its value stands now. */
interface Variable {
  readonly name: string
  /** In the text after substitution, end exclusive. */
  readonly start: number
  readonly end: number
  /** Neither in the environment nor given a default: replaced by nothing. */
  readonly unset: boolean
}

export interface Substituted extends Rewritten {
  readonly variables: readonly Variable[]
}

/** As Orthanc 1.10.1 was seen to read it: a name without `:` and `}`, a default without `}`; `${NAME:x}` is no variable. */
const VARIABLE = /\$\{([^:}]+)(?::-([^}]*))?\}/g

/**
 * Replaces `${NAME}` and `${NAME:-default}` by Orthanc's rule: on the raw text, comments included, before it is parsed.
 * Nothing is escaped, so a quote in a value ends the string that it stands in, and a backslash begins an escape. The
 * default counts where the name is not set; one that is set and empty stays empty.
 */
export function substitute(source: string, env: Readonly<Record<string, string | undefined>>): Substituted {
  const variables: Variable[] = []
  const rewritten = rewrite(source, VARIABLE, ([, name = '', fallback], start) => {
    const value = (Object.hasOwn(env, name) ? env[name] : undefined) ?? fallback
    variables.push({ name, start, end: start + (value?.length ?? 0), unset: value === undefined })
    return value ?? ''
  })
  return { ...rewritten, variables }
}
