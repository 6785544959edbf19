import { type Clock, systemClock } from '@orthanc-oauth/core'
import { refusingPort, startDicomWebOrigin, startFaultServer, startIssuer } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { bridgeWorld } from './support/bridge-world.ts'
import { answerOf, ask, begin, readAnswer } from './support/client.ts'
import { fault } from './support/fault.ts'
import { startServe } from './support/serve.ts'
import { numberedTokens } from './support/token-answers.ts'
import { until } from './support/until.ts'

const SECOND = 1000
const LIFETIME = 5 * SECOND
const STALL = 10 * SECOND

/** SIGSTOP: no timer runs, no byte is read, and the monotonic clock goes on, as in a machine that does something else. */
fault('PRC-F7', 'a request that arrived in a stall longer than the token lives gets another token', async (seen) => {
  await using issuer = await startIssuer({ tokenLifetime: LIFETIME })
  await using store = await startFaultServer()
  await using server = await startDicomWebOrigin({ issuer, behind: { dicomWebUrl: `${store.url}/dicom-web/` } })
  await using noOrthanc = await refusingPort()
  const { clientId, clientSecret, scope } = issuer.clients.client_secret_post
  await using serve = await startServe({
    server: server.dicomWebUrl,
    tokenEndpoint: issuer.tokenEndpoint,
    serverKeys: { ClientId: clientId, ClientSecret: clientSecret, Scope: scope },
    section: { Orthanc: { Url: `http://127.0.0.1:${noOrthanc.port}/` } },
  })
  const before = await ask(`${serve.cloud}/studies`)
  const tokensBefore = server.tally.tokens.size
  serve.process.signal('SIGSTOP')
  const stopped = performance.now()
  const request = begin(`${serve.cloud}/studies`)
  const answered = answerOf(request)
  request.end()
  await until(() => performance.now() - stopped >= STALL)
  const requestsBefore = server.tally.requests
  serve.process.signal('SIGCONT')
  const after = await readAnswer(await answered)
  expect([before.status, after.status]).toEqual([200, 200])
  expect(requestsBefore).toBe(1)
  expect(server.tally.requests).toBe(2)
  expect(server.tally.refused).toEqual({})
  expect([tokensBefore, server.tally.tokens.size]).toEqual([1, 2])
  seen(
    `stalled ${STALL / SECOND} s with tokens of ${LIFETIME / SECOND} s: ${after.status} with another token; ${Object.keys(server.tally.refused).length} refused by the server`,
  )
})

/** The clocks of this process, less the time for which nothing ran: its timers do not know of it. */
function stallingClock(): Clock & { stall(ms: number): void } {
  let stalled = 0
  return {
    now: () => systemClock.now() + stalled,
    monotonic: () => systemClock.monotonic() + stalled,
    setTimer: systemClock.setTimer,
    stall(ms) {
      stalled += ms
    },
  }
}

fault('PRC-F7', 'the first request after it gets no expired token, even before any timer has run', async (seen) => {
  const clock = stallingClock()
  const tokens = numberedTokens('token', { expires_in: LIFETIME / SECOND })
  await using world = await bridgeWorld({ clock, tokens })
  const { status: before } = await ask(`${world.cloud}/studies`)
  clock.stall(STALL)
  const { status: after } = await ask(`${world.cloud}/studies`)
  const sent = world.origin.requests.flatMap((request) => request.values('authorization'))
  expect([before, after]).toEqual([200, 200])
  expect(sent).toEqual(['Bearer token-1', 'Bearer token-2'])
  seen(`before any timer: ${sent.join(', then ')}`)
})
