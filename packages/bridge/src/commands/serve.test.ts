import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import {
  answer,
  expectNoCanary,
  hang,
  type Issuer,
  startFaultServer,
  startIssuer,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { describe, expect, test, vi } from 'vitest'
import { CLIENT, CLIENT_LOGIN, configurationFile, serverKeys, startServersApi } from '../bridge.fixture.ts'
import { run, serve } from './serve.fixture.ts'

const SOON = { timeout: 15_000 }

/** Everything that `serve` needs around it. */
async function surroundings(section = {}) {
  const issuer: Issuer = await startIssuer()
  const origin = await startFaultServer()
  const orthanc = await startServersApi()
  const file = await configurationFile({ pacs: serverKeys(origin.url, issuer) }, orthanc.url, section)
  const dispose = async () => {
    for (const started of [file, orthanc, origin, issuer]) await started[Symbol.asyncDispose]()
  }
  return { issuer, origin, orthanc, path: file.path, [Symbol.asyncDispose]: dispose }
}

/** A POST that a test ends when it likes. */
function upload(dataUrl: string) {
  const made = request(`${dataUrl}/pacs/studies`, {
    method: 'POST',
    headers: { Authorization: CLIENT_LOGIN },
    agent: false,
  })
  const answered = once(made, 'response').then(([got]) => {
    got.resume()
    return got.statusCode as number
  })
  answered.catch(() => {}) // looked at by whoever cares
  made.write('begun')
  return { made, answered }
}

const getStatus = async (dataUrl: string) =>
  (await fetch(`${dataUrl}/pacs/studies`, { headers: { Authorization: CLIENT_LOGIN } })).status

describe('serve', () => {
  test('writes JSON lines alone, reports each server, and ends with 0 on SIGTERM', async () => {
    await using around = await surroundings()
    await using served = await serve(around.path)
    await served.process.output(/Server 'pacs': token for 300 s/)
    await vi.waitFor(() => expect(around.orthanc.definitions.size).toBe(1), SOON)
    expect(await getStatus(served.dataUrl)).toBe(200)
    served.process.signal('SIGTERM')
    expect(await served.process.exited).toEqual({ code: 0, signal: null })
    expect(around.orthanc.definitions.size).toBe(0)
    const lines = served.process.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.every(({ level, time, msg }) => level && time && msg)).toBe(true)
  })

  test('shows no secret at the level debug', async () => {
    await using around = await surroundings()
    await using served = await serve(around.path, '--log-level', 'debug')
    await served.process.output(/Server 'pacs': token/)
    await vi.waitFor(() => expect(around.orthanc.definitions.size).toBe(1), SOON)
    around.origin.next(answer({ status: 401 }))
    await getStatus(served.dataUrl)
    await fetch(`${served.dataUrl}/pacs/studies?PatientName=canary-patient-name`, {
      headers: { Authorization: 'Basic eDp5' },
    })
    await served.process.output(/unauthorized_access/)
    const { Password } = around.orthanc.definitions.get('pacs') as { Password: string }
    served.process.signal('SIGINT')
    await served.process.exited
    const { clientSecret } = around.issuer.clients.client_secret_post
    const tokens = around.issuer.tokenRequests.flatMap(({ token }) => token ?? [])
    expect(tokens.length).toBeGreaterThan(1)
    expectNoCanary(served.process.text, {
      'client secret': clientSecret,
      'passwords of the data listener': [Password, CLIENT.password],
      'name of a patient': 'canary-patient-name',
      token: tokens,
    })
  })

  test('explains a configuration that cannot be used to a person, without its secrets, and ends with 78', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'orthanc.json')
    const pacs = { Url: 'http://pacs.example/', ClientSecret: 'canary-secret', ClientIdd: 'x' }
    await writeFile(path, JSON.stringify({ DicomWebOAuth: { Servers: { pacs } } }))
    await using process = await run('serve', '--config', path)
    expect(await process.exited).toEqual({ code: 78, signal: null })
    expect(process.text).toMatch(/^CFG-100 {2}.*ClientIdd.*\n {4}\S/m)
    expect(process.text).not.toContain('canary')
    expect(process.text).not.toMatch(/^\s+at /m)
  })

  test('names the key of an address that is taken, and ends with 69', async () => {
    await using elsewhere = await startFaultServer()
    await using around = await surroundings({ Listen: `127.0.0.1:${elsewhere.port}` })
    await using process = await run('serve', '--config', around.path)
    expect(await process.exited).toEqual({ code: 69, signal: null })
    expect(process.text).toMatch(
      /^CFG-002 {2}Listen: cannot listen on 127\.0\.0\.1:\d+: another program listens there$/m,
    )
  })

  test.each([[['serve']], [['serv']], [['serve', '--config', 'x', '--log-level', 'loud']], [[]]])(
    'ends with 64 for a command line like %j',
    async (args) => {
      await using process = await run(...args)
      expect((await process.exited).code).toBe(64)
    },
  )

  test.each([['--help'], ['--version'], ['help']])('ends with 0 for %s', async (arg) => {
    await using process = await run(arg)
    expect((await process.exited).code).toBe(0)
  })
})

describe('a signal', () => {
  test('PRC-F1: SIGTERM with an upload under way lets it end, accepts nothing more, and the process ends with 0', async () => {
    await using around = await surroundings()
    await using served = await serve(around.path)
    await vi.waitFor(() => expect(around.orthanc.definitions.size).toBe(1), SOON)
    const { made, answered } = upload(served.dataUrl)
    const [seen] = await around.origin.seen(1)
    served.process.signal('SIGTERM')
    await vi.waitFor(() => expect(around.orthanc.definitions.size).toBe(0), SOON)
    await vi.waitFor(() => expect(getStatus(served.dataUrl)).rejects.toThrow(), SOON)
    made.end(' and ended')
    expect(await answered).toBe(200)
    expect([seen?.text(), seen?.bodyComplete]).toEqual(['begun and ended', true])
    expect(await served.process.exited).toEqual({ code: 0, signal: null })
  })

  test.each(['SIGINT', 'SIGHUP'] as const)('PRC-F1: %s takes the definitions back as SIGTERM does', async (signal) => {
    await using around = await surroundings()
    await using served = await serve(around.path)
    await vi.waitFor(() => expect(around.orthanc.definitions.size).toBe(1), SOON)
    served.process.signal(signal)
    expect(await served.process.exited).toEqual({ code: 0, signal: null })
    expect(around.orthanc.definitions.size).toBe(0)
  })

  test('PRC-F2: SIGTERM during an acquisition aborts it', async () => {
    await using around = await surroundings()
    await using endpoint = await startFaultServer()
    endpoint.always(hang())
    const keys = serverKeys(around.origin.url, around.issuer, { TokenEndpoint: `${endpoint.url}/token` })
    await using file = await configurationFile({ pacs: keys }, around.orthanc.url)
    await using served = await serve(file.path)
    const waiting = getStatus(served.dataUrl)
    const [acquisition] = await endpoint.seen(1)
    const begun = performance.now()
    served.process.signal('SIGTERM')
    expect(await served.process.exited).toEqual({ code: 0, signal: null })
    await acquisition?.closed
    expect(performance.now() - begun).toBeLessThan(5_000)
    expect(await waiting).toBe(503)
    expect(around.origin.connections).toBe(0)
  })

  test('PRC-F4: the second one leaves at once, whatever is under way', async () => {
    await using around = await surroundings()
    await using served = await serve(around.path)
    const { answered } = upload(served.dataUrl)
    await around.origin.seen(1)
    served.process.signal('SIGTERM')
    await served.process.output(/Stopping/)
    const begun = performance.now()
    served.process.signal('SIGTERM')
    expect(await served.process.exited).toEqual({ code: 143, signal: null })
    expect(performance.now() - begun).toBeLessThan(2_000)
    await expect(answered).rejects.toThrow()
  })
})

describe('tokens of two seconds', () => {
  test('PRC-F6, BRG-F14: an issuer that is down in the background ends nothing: 503, then again 200', async () => {
    await using around = await surroundings()
    around.issuer.tokenLifetime = 2_000
    await using served = await serve(around.path)
    expect(await getStatus(served.dataUrl)).toBe(200)
    await around.issuer.stop()
    await served.process.output(/No usable token any more/)
    const seen = around.origin.requests.length
    const refused = await fetch(`${served.dataUrl}/pacs/x`, { headers: { Authorization: CLIENT_LOGIN } })
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true])
    expect(around.origin.requests).toHaveLength(seen)
    await around.issuer.start()
    await vi.waitFor(async () => expect(await getStatus(served.dataUrl)).toBe(200), { timeout: 40_000, interval: 200 })
    served.process.signal('SIGTERM')
    expect((await served.process.exited).code).toBe(0)
    expect(served.process.text).not.toMatch(/unhandled/i)
  }, 60_000)

  test('BRG-F13: one that expires during an upload does not end it', async () => {
    await using around = await surroundings()
    around.issuer.tokenLifetime = 2_000
    await using served = await serve(around.path)
    const { made, answered } = upload(served.dataUrl)
    const [seen] = await around.origin.seen(1)
    const [authorization = ''] = seen?.values('authorization') ?? []
    const claims = JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString())
    await vi.waitFor(
      () => {
        made.write('more')
        expect(Date.now() / 1_000).toBeGreaterThan(claims.exp + 1)
      },
      { timeout: 10_000 },
    )
    made.end()
    expect(await answered).toBe(200)
    expect(seen?.bodyComplete).toBe(true)
    await getStatus(served.dataUrl)
    expect(around.origin.requests.map((made) => made.values('authorization').length)).toEqual([1, 1])
    expect(around.origin.requests[1]?.values('authorization')).not.toEqual([authorization])
  })
})
