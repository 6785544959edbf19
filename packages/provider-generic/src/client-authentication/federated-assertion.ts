import { type AcquireRequest, readSecret, type Secret, sleep } from '@orthanc-oauth/core'

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
    return await readSecret({ file }, 'clientAssertion')
  } catch {
    await sleep(clock, ROTATION, signal)
    return readSecret({ file }, 'clientAssertion')
  }
}
