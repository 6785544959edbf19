import { OrthancOAuthError } from '@orthanc-oauth/core'

/** What a log line says of an error. Messages of errors that are not ours stay out: they may quote what was sent or received. */
export function errorFields(error: unknown): object {
  if (error instanceof OrthancOAuthError) {
    const { error_code, category, severity, message, details, troubleshooting } = error.toJSON()
    const cause = causeOf(error)
    return { error_code, category, severity, message, details, troubleshooting, ...(cause && { cause }) }
  }
  if (!(error instanceof Error)) return { type: typeof error }
  const code = codeOf(error)
  return { type: error.name, ...(code && { code }), stack: placeOf(error) }
}

/** sanitizeCause() has left names and codes alone; of an error of ours its code. */
function causeOf({ cause }: Error): string | undefined {
  if (cause instanceof OrthancOAuthError) return cause.code
  return cause instanceof Error ? [cause.name, codeOf(cause)].filter(Boolean).join(' ') : undefined
}

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : undefined
}

/** Where, without what: the first lines of a stack are the message. */
export function placeOf(error: unknown): string {
  const { stack = '' } = error instanceof Error ? error : {}
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}
