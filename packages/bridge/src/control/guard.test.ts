import { EventEmitter, once } from 'node:events'
import { request } from 'node:http'
import { Secret, systemClock } from '@orthanc-oauth/core'
import { afterEach, describe, expect, test } from 'vitest'
import { BasicGate } from '../http/basic-gate.ts'
import { listen } from '../http/listen.ts'
import type { ControlEvents } from './control-events.ts'
import { createControlServer } from './control-server.ts'
import type { GuardOptions } from './guard.ts'
import { probeRoutes } from './probes.ts'
import type { Route } from './route.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server[Symbol.asyncDispose]()
})

/** A control listener with one call that would do something. */
async function start(guard: GuardOptions, isReady = () => true) {
  let acted = 0
  const act: Route = {
    method: 'POST',
    path: '/act/{name}',
    handle: ({ response }) => {
      acted += 1
      response.end('done')
    },
  }
  const events = new EventEmitter<ControlEvents>()
  const refused: string[] = []
  events.on('refused', ({ reason }) => refused.push(reason))
  const server = createControlServer({ routes: [...probeRoutes(isReady), act], guard, events, clock: systemClock })
  const url = await listen(server, { host: '127.0.0.1', port: 0 }, 'ControlListen', () => {})
  open.push(server)
  return { url, port: new URL(url).port, refused, acted: () => acted }
}

async function call(url: string, method: string, headers: Record<string, string>) {
  const made = request(url, { method, headers, agent: false }).end()
  const [answer] = await once(made, 'response')
  let body = ''
  for await (const chunk of answer.setEncoding('utf8')) body += chunk
  return { status: answer.statusCode, headers: answer.headers, body }
}

const loopback = { host: '127.0.0.1' }

describe('BRG-F20: the control listener', () => {
  test.each([
    'evil.example',
    'evil.example:9043',
    '127.0.0.1.evil.example',
    'localhost.evil',
    '169.254.1.1',
    '[::2]',
    ' ',
  ])('refuses the Host %j', async (host) => {
    const { url, refused, acted } = await start(loopback)
    expect((await call(`${url}/act/x`, 'POST', { Host: host })).status).toBe(421)
    expect([acted(), refused.length]).toEqual([0, 1])
  })

  test.each(['127.0.0.1', '127.0.0.1:1', 'localhost', 'LOCALHOST:9043', '[::1]:9043', 'bridge.hospital:443'])(
    'knows the Host %j',
    async (host) => {
      const { url, acted } = await start({ ...loopback, advertise: 'https://bridge.hospital/' })
      expect((await call(`${url}/act/x`, 'POST', { Host: host })).status).toBe(200)
      expect(acted()).toBe(1)
    },
  )

  test.each([
    ['Sec-Fetch-Site', 'cross-site'],
    ['Sec-Fetch-Site', 'same-site'],
    ['Origin', 'https://evil.example'],
    ['Origin', 'http://localhost:1'],
    ['Origin', 'null'],
  ])('refuses another site: %s: %s', async (name, value) => {
    const { url, acted } = await start(loopback)
    expect((await call(`${url}/act/x`, 'POST', { [name]: value })).status).toBe(403)
    expect(acted()).toBe(0)
  })

  test('lets a page of its own in', async () => {
    const { url } = await start(loopback)
    const headers = { 'Sec-Fetch-Site': 'same-origin', Origin: url }
    expect((await call(`${url}/act/x`, 'POST', headers)).status).toBe(200)
  })

  test('says nothing of its paths to whoever is refused', async () => {
    const { url } = await start(loopback)
    const answers = ['/act/x', '/nothing'].map((path) => call(url + path, 'GET', { Host: 'evil.example' }))
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([421, 421])
  })

  test('wants a user of ControlUsers where there are some', async () => {
    const users = new BasicGate([{ username: 'admin', password: new Secret('pässword') }], 'x', () => {})
    const { url, acted } = await start({ ...loopback, users })
    const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` })
    const none = await call(`${url}/act/x`, 'POST', {})
    expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Basic realm="x", charset="UTF-8"'])
    expect((await call(`${url}/act/x`, 'POST', basic('admin:wrong'))).status).toBe(401)
    expect((await call(`${url}/act/x`, 'POST', basic('other:pässword'))).status).toBe(401)
    expect(acted()).toBe(0)
    expect((await call(`${url}/act/x`, 'POST', basic('admin:pässword'))).status).toBe(200)
  })
})

describe('a probe', () => {
  test('needs nothing and says nothing', async () => {
    const users = new BasicGate([{ username: 'admin', password: new Secret('x') }], 'x', () => {})
    let ready = false
    const { url } = await start({ ...loopback, users }, () => ready)
    const headers = { Host: 'evil.example', 'Sec-Fetch-Site': 'cross-site' }
    expect(await call(`${url}/health/live`, 'GET', headers)).toMatchObject({ status: 200, body: '' })
    expect(await call(`${url}/health/ready`, 'GET', headers)).toMatchObject({ status: 503, body: '' })
    ready = true
    expect(await call(`${url}/health/ready`, 'GET', headers)).toMatchObject({ status: 200, body: '' })
  })
})

describe('a path', () => {
  test('that leads nowhere is 404, and another method 405 with what is allowed', async () => {
    const { url } = await start(loopback)
    expect((await call(`${url}/act`, 'POST', {})).status).toBe(404)
    expect((await call(`${url}/act/`, 'POST', {})).status).toBe(404)
    expect((await call(`${url}/act/%zz`, 'POST', {})).status).toBe(404)
    expect(await call(`${url}/act/x?y`, 'DELETE', {})).toMatchObject({ status: 405, headers: { allow: 'POST' } })
  })
})
