import { OrthancOAuthError } from '@orthanc-oauth/core'

/** Everything that is wrong with a configuration, at once. Its code is that of the first. */
export class ConfigurationErrors extends OrthancOAuthError {
  /** In the order of files and lines; never empty. */
  readonly errors: readonly [OrthancOAuthError, ...OrthancOAuthError[]]

  constructor(errors: readonly [OrthancOAuthError, ...OrthancOAuthError[]]) {
    const [first] = errors
    super(first.code, errors.map(({ message }) => message).join('\n'), {
      details: first.details,
      troubleshooting: [...new Set(errors.flatMap(({ troubleshooting }) => troubleshooting))],
    })
    this.name = 'ConfigurationErrors'
    this.errors = Object.freeze([...errors]) as typeof errors
  }
}

/** @throws ConfigurationErrors where there is an error */
export function throwIfAny(errors: readonly OrthancOAuthError[]): void {
  const [first, ...rest] = errors
  if (first !== undefined) throw new ConfigurationErrors([first, ...rest])
}
