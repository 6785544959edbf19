import { answer, redirect, startFaultServer } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { LOGIN } from './support/bridge-configuration.ts'
import { bridgeWorld, TOKEN } from './support/bridge-world.ts'
import { ask } from './support/client.ts'
import { fault } from './support/fault.ts'

const STUDY = 'a study, or the beginning of one'
/** Seconds, beyond what an acquisition waits for by itself. */
const RETRY_AFTER = 120

fault('BRG-F14', 'without a token the client hears when to come again, and the server nothing', async (seen) => {
  const tokens = answer({ status: 503, headers: { 'retry-after': String(RETRY_AFTER) } })
  await using world = await bridgeWorld({ tokens })
  const got = await ask(`${world.cloud}/studies`, { method: 'POST', body: STUDY })
  const retryAfter = Number(got.headers['retry-after'])
  expect(got.status).toBe(503)
  expect(retryAfter).toBeGreaterThan(RETRY_AFTER - 30)
  expect(retryAfter).toBeLessThanOrEqual(RETRY_AFTER)
  expect(world.origin.connections).toBe(0)
  seen(
    `${got.status}, Retry-After: ${retryAfter} (the issuer said ${RETRY_AFTER}); ${world.origin.bytesReceived} bytes upstream`,
  )
})

for (const { method, status } of [
  { method: 'GET', status: 302 },
  { method: 'POST', status: 307 },
  { method: 'DELETE', status: 308 },
] as const) {
  fault('BRG-F16', `a ${status} to another origin leads neither the token nor the client there`, async (seen) => {
    await using elsewhere = await startFaultServer()
    await using world = await bridgeWorld()
    world.origin.always(redirect(`${elsewhere.url}/dicom-web/studies`, status))
    const got = await ask(`${world.cloud}/studies`, { method, ...(method === 'POST' && { body: STUDY }) })
    expect(got.status).toBe(502)
    expect(got.headers.location).toBeUndefined()
    expect(got.body).not.toContain(elsewhere.url)
    expect(elsewhere.connections).toBe(0)
    expect(world.origin.requests.length).toBe(1)
    seen(
      `${method}, ${status}: ${got.status}, Location: ${got.headers.location ?? 'none'}, ${elsewhere.connections} connections to the other origin`,
    )
  })
}

const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`

const STRANGERS: Readonly<Record<string, string | undefined>> = {
  'no Authorization': undefined,
  'a wrong password': basic('viewer:wrong'),
  'another user': basic('orthanc:the-password-of-the-viewer'),
  'no password': basic('viewer'),
  'an empty login': basic(':'),
  'a bearer': `Bearer ${TOKEN}`,
  'what is no base64': 'Basic %%%%',
  'the login in another scheme': LOGIN.replace('Basic', 'Digest'),
}

fault('BRG-F19', 'who does not show the password gets 401, and the server hears nothing', async (seen) => {
  await using world = await bridgeWorld()
  const statuses: number[] = []
  for (const [who, authorization] of Object.entries(STRANGERS)) {
    for (const server of [world.cloud, `${world.bridge.dataUrl}/unknown`]) {
      const headers = { authorization, 'x-authorization': LOGIN }
      const got = await ask(`${server}/studies`, { method: 'POST', headers, body: STUDY })
      expect(got.status, who).toBe(401)
      expect(got.headers['www-authenticate'], who).toMatch(/^Basic /)
      statuses.push(got.status)
    }
  }
  const strangers = world.origin.connections
  expect(strangers).toBe(0)
  const admitted = await ask(`${world.cloud}/studies`)
  expect(admitted.status).toBe(200)
  seen(
    `${Object.keys(STRANGERS).length} ways without it: ${[...new Set(statuses)]}, ${strangers} connections upstream; with it ${admitted.status}, ${world.origin.connections}`,
  )
})

const OTHER_SITES: readonly { readonly headers: Readonly<Record<string, string>>; readonly status: number }[] = [
  { headers: { host: 'evil.example' }, status: 421 },
  { headers: { host: 'localhost.evil.example' }, status: 421 },
  { headers: { 'sec-fetch-site': 'cross-site' }, status: 403 },
  { headers: { 'sec-fetch-site': 'same-site' }, status: 403 },
  { headers: { origin: 'https://evil.example' }, status: 403 },
  { headers: { origin: 'null' }, status: 403 },
]

fault('BRG-F20', 'the control listener serves neither an unknown Host nor another site', async (seen) => {
  await using world = await bridgeWorld()
  const { controlUrl } = world.bridge
  const tested = { method: 'POST', path: '/dicomweb-oauth/servers/cloud/test' }
  const calls = [{ method: 'GET', path: '/dicomweb-oauth/status' }, { method: 'GET', path: '/metrics' }, tested]
  const before = world.endpoint.requests.length
  const statuses: string[] = []
  for (const { headers, status } of OTHER_SITES) {
    for (const { method, path } of calls) {
      const got = await ask(controlUrl + path, { method, headers: { authorization: undefined, ...headers } })
      expect(got.status, `${method} ${path} ${JSON.stringify(headers)}`).toBe(status)
      expect(got.body).not.toContain('cloud')
    }
    statuses.push(`${Object.entries(headers).flat().join(': ')} ${status}`)
  }
  expect(world.endpoint.requests.length).toBe(before)
  const own = await ask(controlUrl + tested.path, { method: tested.method, headers: { authorization: undefined } })
  expect(own.status).toBe(200)
  seen(`${statuses.join(', ')}; without these ${own.status}`)
})
