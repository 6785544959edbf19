/**
 * Settles as `promise` does, or rejects with the signal's reason as soon as it is aborted: for what does not look at
 * its signal. Leaves no listener behind; what `promise` does afterwards is nobody's affair any more.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    const done = () => signal.removeEventListener('abort', abort)
    promise.then(resolve, reject).finally(done)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
