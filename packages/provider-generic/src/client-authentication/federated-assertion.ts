import { type AcquireRequest, OrthancOAuthError, readSecret, type Secret, sleep } from '@orthanc-oauth/core'

/** Milliseconds. Whoever rotates the file without care leaves it empty, or away, for less. */
const ROTATION = 1_000

/**
 * The assertion that lies in a file now: somebody else (a Kubernetes node, say) signs it, and puts a new one there before
 * the old one ends. A file that is empty, or away, is looked at once more after a second.
 *
 * @throws OrthancOAuthError CFG-102 where it cannot be read, CFG-002 where it is empty, the second time too
 */
export async function federatedAssertion(
  file: string,
  { clock, signal }: Pick<AcquireRequest, 'clock' | 'signal'>,
): Promise<Secret> {
  try {
    return await readSecret({ file })
  } catch {
    await sleep(clock, ROTATION, signal)
    return readAssertion(file)
  }
}

/** As it lies there now. @throws as above */
export function readAssertion(file: string): Promise<Secret> {
  return readSecret({ file }).catch((error: unknown) => {
    if (!(error instanceof OrthancOAuthError)) throw error
    throw new OrthancOAuthError(error.code, `clientAssertion: ${error.message}`, {
      cause: error,
      details: { option: 'clientAssertion', ...error.details },
      troubleshooting: ['Check that the token is mounted at this path, and that this user may read it.'],
    })
  })
}
