import { once } from 'node:events'
import type { ClientRequest } from 'node:http'
import { connect } from 'node:net'
import {
  type Behaviour,
  type FaultServer,
  fakeClock,
  hang,
  refusingPort,
  startFaultServer,
} from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { bridgeWorld } from './support/bridge-world.ts'
import { answerOf, begin, readAnswer } from './support/client.ts'
import { fault } from './support/fault.ts'
import { type Serve, startServe } from './support/serve.ts'
import { tokenAnswer } from './support/token-answers.ts'
import { until } from './support/until.ts'

interface Served extends AsyncDisposable {
  readonly serve: Serve
  readonly endpoint: FaultServer
  readonly origin: FaultServer
}

/** `serve` between a token endpoint and a DICOMweb server that are fault servers. */
async function served(tokens: Behaviour = tokenAnswer()): Promise<Served> {
  const [endpoint, origin, noOrthanc] = await Promise.all([startFaultServer(), startFaultServer(), refusingPort()])
  endpoint.always(tokens)
  const serve = await startServe({
    server: origin.url,
    tokenEndpoint: `${endpoint.url}/token`,
    section: { Orthanc: { Url: `http://127.0.0.1:${noOrthanc.port}/` } },
  })
  return {
    serve,
    endpoint,
    origin,
    async [Symbol.asyncDispose]() {
      for (const part of [serve, endpoint, origin, noOrthanc]) await part[Symbol.asyncDispose]()
    },
  }
}

/** An upload of which the server has received the beginning. */
async function uploadUnderWay(cloud: string, origin: FaultServer): Promise<ClientRequest> {
  const upload = begin(`${cloud}/studies`, { method: 'POST' })
  upload.write('the first half, ')
  await until(() => origin.requests.at(-1)?.bodyBytes)
  return upload
}

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`

fault('PRC-F1', 'SIGTERM: an upload under way ends, nothing new begins, exit 0', async (seen) => {
  await using world = await served()
  const { serve, origin } = world
  const upload = await uploadUnderWay(serve.cloud, origin)
  const answered = answerOf(upload)
  serve.process.signal('SIGTERM')
  const refused = await until(() => refusal(serve.cloud))
  upload.end('the second half')
  const end = performance.now()
  const got = await readAnswer(await answered)
  const { code } = await serve.process.exited
  const after = seconds(end)
  expect(got.status).toBe(200)
  expect(origin.requests[0]?.text()).toBe('the first half, the second half')
  expect(code).toBe(0)
  seen(
    `new connections: ${refused}; the upload: ${got.status}, ${origin.requests[0]?.bodyBytes} bytes; ${after} later exit ${code}`,
  )
})

/** What becomes of a new connection; undefined while one is still accepted. */
function refusal(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
  })
}

const LOOK = 1_000
/** What Kubernetes gives a process before it kills it. */
const LONGEST = 30_000

fault('PRC-F1', 'a stream that does not end is cut off at a limit', async (seen) => {
  const clock = fakeClock()
  await using world = await bridgeWorld({ clock })
  const upload = await uploadUnderWay(world.cloud, world.origin)
  const cut = once(upload, 'error')
  let stopped = false
  const stopping = world.bridge[Symbol.asyncDispose]().then(() => {
    stopped = true
  })
  let elapsed = 0
  for (; !stopped && elapsed < LONGEST; elapsed += LOOK) await clock.advance(LOOK)
  await stopping
  const [error] = await cut
  expect(elapsed).toBeGreaterThan(LOOK)
  expect(elapsed).toBeLessThan(LONGEST)
  seen(`cut off (${error.code}) and stopped after ${elapsed / LOOK} s by the bridge's clock`)
})

fault('PRC-F2', 'SIGTERM: an acquisition under way is aborted, and who waits for it is told', async (seen) => {
  await using world = await served(hang())
  const { serve, endpoint, origin } = world
  const [acquisition] = await endpoint.seen(1)
  const waiting = begin(`${serve.cloud}/studies`)
  const answered = answerOf(waiting)
  waiting.end()
  await until(() => waiting.socket?.bytesWritten)
  serve.process.signal('SIGTERM')
  const begun = performance.now()
  const [{ status }, { code }] = await Promise.all([answered.then(readAnswer), serve.process.exited])
  const took = seconds(begun)
  await acquisition?.closed
  expect(status).toBe(503)
  expect(code).toBe(0)
  expect(origin.connections).toBe(0)
  seen(`${took} after the signal: token request closed without an answer, the client ${status}, exit ${code}`)
})

for (const [signal, expected] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const) {
  fault('PRC-F4', `a second ${signal} ends the process at once, whatever is under way`, async (seen) => {
    await using world = await served()
    const { serve, origin } = world
    const upload = await uploadUnderWay(serve.cloud, origin)
    const cut = once(upload, 'error')
    serve.process.signal(signal)
    await until(() => refusal(serve.cloud))
    serve.process.signal(signal)
    const begun = performance.now()
    const { code } = await serve.process.exited
    const took = seconds(begun)
    await cut
    expect(code).toBe(expected)
    seen(`second ${signal}: exit ${code} after ${took}, an upload still under way`)
  })
}
