import {
  answer,
  earlyAnswer,
  garbage,
  refusingPort,
  reset,
  resetInBody,
  startFaultServer,
  startProcess,
  truncate,
} from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { ask, begin } from './support/client.ts'
import { fault } from './support/fault.ts'
import { startServe } from './support/serve.ts'
import { tokenAnswer } from './support/token-answers.ts'
import { until } from './support/until.ts'

/** Loaded into a process before anything else. */
const COUNTER = "process.on('unhandledRejection', () => process.stderr.write('UNHANDLED REJECTION\\n'))"
const COUNTED = /UNHANDLED REJECTION/g
const counting = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(COUNTER)}` }

fault('PRC-F6', 'whatever fails in the background is handled', async (seen) => {
  await using endpoint = await startFaultServer()
  await using origin = await startFaultServer()
  await using noOrthanc = await refusingPort()
  endpoint.next(
    tokenAnswer({ expires_in: 2 }),
    reset(),
    answer({ status: 503 }),
    truncate({ body: '{"access_token"' }, 5),
  )
  endpoint.always(garbage())
  await using serve = await startServe(
    {
      server: origin.url,
      tokenEndpoint: `${endpoint.url}/token`,
      section: {
        Orthanc: { Url: `http://127.0.0.1:${noOrthanc.port}/` },
        ResilienceConfig: { RetryMaxAttempts: 2, CircuitBreakerEnabled: true, CircuitBreakerFailureThreshold: 2 },
      },
    },
    { env: counting },
  )
  await endpoint.seen(1)
  await failInEveryWay(serve.cloud, origin)
  const attempts = await endpoint.seen(5)
  const { status } = await ask(`${serve.cloud}/studies`)
  serve.process.signal('SIGTERM')
  const { code } = await serve.process.exited
  const unhandled = serve.process.text.match(COUNTED)?.length ?? 0
  expect(unhandled).toBe(0)
  expect(code).toBe(0)
  expect(status).toBe(503)
  seen(
    `${attempts.length - 1} token requests failed in the background, ${origin.requests.length} requests upstream: ${unhandled} unhandled rejections (${await controlCount()} in a process that has one), exit ${code}`,
  )
})

/** Answers that break, and clients that leave. */
async function failInEveryWay(cloud: string, origin: Awaited<ReturnType<typeof startFaultServer>>): Promise<void> {
  origin.next(
    reset(),
    resetInBody({ body: 'x'.repeat(1000) }, 10),
    garbage(),
    earlyAnswer({ status: 400 }, { afterwards: 'close' }),
  )
  for (let count = 0; count < 3; count++) await ask(`${cloud}/studies`)
  await ask(`${cloud}/studies`, { method: 'POST', body: 'x'.repeat(2 ** 20) }).catch(() => undefined)
  const leaving = begin(`${cloud}/studies`, { method: 'POST' })
  leaving.on('error', () => {})
  leaving.write('the beginning')
  const count = origin.requests.length
  await until(() => origin.requests.length > count)
  leaving.destroy()
  await origin.requests.at(-1)?.closed
}

/** That the counter counts. */
async function controlCount(): Promise<number> {
  const script = "Promise.reject(new Error('nobody listens'))"
  await using child = await startProcess(process.execPath, ['--eval', script], { env: counting })
  await child.exited
  return child.text.match(COUNTED)?.length ?? 0
}
