import type { ClientRequest, IncomingMessage } from 'node:http'

/** A request whose answer has begun. */
export interface Attempt {
  readonly answer: IncomingMessage
  /** Once the answer has ended: whether that was its end, or where the connection broke. */
  readonly complete: boolean
  /** Whether all of the body has left. */
  readonly isSent: boolean
  /** Resolves to that, once it has or never will. */
  readonly sent: Promise<boolean>
  /** Takes nothing more from the body. What has been taken stays with the body. */
  stopSending(): void
  /** Closes the connection, unless both messages are through and it may serve again. */
  release(): void
}

/**
 * Sends a request and waits for the head of its answer, which may come before the body is through.
 *
 * @param body is iterated as fast as the server takes it
 * @param signal destroys the request, before its answer and during it
 * @throws what node:http says, or the signal's reason; nothing is sent any more then
 */
export async function beginAttempt(
  request: ClientRequest,
  body: AsyncIterable<Uint8Array> | undefined,
  signal: AbortSignal,
): Promise<Attempt> {
  const abort = () => request.destroy(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  request.once('close', () => signal.removeEventListener('abort', abort))
  if (signal.aborted) abort()
  const stop = new AbortController()
  let broken = false
  request.on('error', () => {
    broken = true
    stop.abort()
  })
  const closed = new Promise<boolean>((resolve) => {
    request.once('close', () => {
      stop.abort()
      resolve(request.writableFinished)
    })
  })
  const sent = Promise.race([send(request, body, stop.signal), closed])
  const answer = await answerOf(request)
  // Of a reset in an answer that ends with its connection node:http tells the request alone; the answer just ends.
  // (Node 22 tells nobody where the reset comes right behind the last bytes: its libuv takes that for the end.)
  const endsWithConnection = !('content-length' in answer.headers || 'transfer-encoding' in answer.headers)
  return {
    answer,
    get complete() {
      return answer.complete && !(broken && endsWithConnection)
    },
    get isSent() {
      return request.writableFinished
    },
    sent,
    stopSending: () => stop.abort(),
    release() {
      stop.abort()
      if (!request.writableEnded || !answer.readableEnded) request.destroy()
    },
  }
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
    // Where it was destroyed without an error; too late for any other case.
    request.once('close', () => reject(new Error('closed before an answer')))
  })
}

/** @returns whether all of it has left */
async function send(
  request: ClientRequest,
  body: AsyncIterable<Uint8Array> | undefined,
  stop: AbortSignal,
): Promise<boolean> {
  try {
    for await (const chunk of body ?? []) {
      if (stop.aborted) return false
      await written(request, chunk)
      if (stop.aborted) return false
    }
    if (stop.aborted) return false
    await new Promise<void>((resolve) => request.end(resolve))
    return request.writableFinished
  } catch (error) {
    // The body broke off: so must the request, which would otherwise look complete.
    if (!stop.aborted) request.destroy(error as Error)
    return false
  }
}

/**
 * Resolves when more may be written, or nothing ever again. Not by 'drain', which a request has no longer once its
 * answer has ended.
 */
function written(request: ClientRequest, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      request.off('close', done)
      resolve()
    }
    request.on('close', done)
    if (request.write(chunk, done)) done()
  })
}
