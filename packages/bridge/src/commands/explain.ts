import { OrthancOAuthError } from '@orthanc-oauth/core'
import { ConfigurationErrors } from '@orthanc-oauth/orthanc'
import { placeOf } from '../log/error-fields.ts'

/** An error for a person at a terminal: what is wrong, where, and what to do, one block for each. */
export function explain(error: unknown): string {
  if (error instanceof ConfigurationErrors) return error.errors.map(explain).join('\n')
  if (!(error instanceof OrthancOAuthError))
    return `orthanc-oauth failed at something that it did not expect; please report this:\n${placeOf(error)}\n`
  const steps = error.troubleshooting.map((step) => `    ${step}\n`)
  return `${error.code}  ${error.message}\n${steps.join('')}`
}
