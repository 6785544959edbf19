import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'vitest'
import { LOGIN } from './support/bridge-configuration.ts'
import { bridgeWorld, TOKEN } from './support/bridge-world.ts'
import { ask, askRaw } from './support/client.ts'
import { fault } from './support/fault.ts'

const bearer = `Bearer ${TOKEN}`

fault('BRG-F04', 'a Connection that names Authorization takes nothing of the token away', async (seen) => {
  await using world = await bridgeWorld()
  const { status } = await ask(`${world.cloud}/studies`, {
    headers: { connection: 'close, authorization, x-of-this-hop', 'x-of-this-hop': '1', 'x-of-the-request': '2' },
  })
  const [request] = await world.origin.seen(1)
  expect(status).toBe(200)
  expect(request?.values('authorization')).toEqual([bearer])
  expect(request?.values('x-of-this-hop')).toEqual([])
  expect(request?.values('x-of-the-request')).toEqual(['2'])
  expect(request?.values('connection').join()).not.toMatch(/authorization|x-of-this-hop/i)
  seen(
    `upstream Authorization: ${request?.values('authorization')}; Connection: ${request?.values('connection')}; named fields: ${request?.values('x-of-this-hop').length}`,
  )
})

/** What a client says of itself or of somebody else, in every spelling that some server takes. */
const CLIENTS_WORD = [
  'Authorization: Bearer forged',
  'authorization_: Bearer forged',
  'AUTHORIZATION: Bearer forged',
  'Proxy-Authorization: Basic Zm9yZ2Vk',
  'Proxy_Authorization: Basic Zm9yZ2Vk',
  'X-Forwarded-For: 10.9.8.7',
  'X_Forwarded_For: 10.9.8.7',
  'X-Forwarded-Host: evil.example',
  'X-FORWARDED-PROTO: http',
  'X-Real-IP: 10.9.8.7',
  'Forwarded: for=10.9.8.7',
  'Cookie: session=forged',
] as const

fault('BRG-F05', 'nothing that a client says of who it is reaches the server', async (seen) => {
  await using world = await bridgeWorld()
  const { status } = await askRaw(world.cloud, [
    'GET /cloud/studies HTTP/1.1',
    'Host: bridge',
    `Authorization: ${LOGIN}`,
    ...CLIENTS_WORD,
    'X-Of-The-Request: kept',
    'Connection: close',
  ])
  const [request] = await world.origin.seen(1)
  const head = request?.head.toString('latin1') ?? ''
  const reached = CLIENTS_WORD.filter((line) => head.includes(line.slice(line.indexOf(':') + 2)))
  expect(status).toBe(200)
  expect(reached).toEqual([])
  expect(request?.headers.filter(([name]) => /forward|real.?ip|cookie/i.test(name))).toEqual([])
  const authorizations = request?.headers.filter(([name]) => /authorization/i.test(name)).map(([, value]) => value)
  expect(authorizations).toEqual([bearer])
  expect(request?.values('x-of-the-request')).toEqual(['kept'])
  seen(`${reached.length} of ${CLIENTS_WORD.length} such fields reached the server, Authorization: ${authorizations}`)
})

const STRANGE_TARGETS = [
  '//evil.example/cloud/studies',
  'http://evil.example/cloud/studies',
  'https://evil.example/cloud/studies',
  '/cloud//evil.example/studies',
  '/cloud/../other/studies',
  '/cloud/%2e%2e/other/studies',
  '/cloud/%252e%252e/other/studies',
  '/cloud/.%2E/other',
  '/cloud/..%2fother',
  '/cloud/..;v=1/other',
  '/cloud/%2e/studies',
  '/cloud\\..\\other',
  '/cloud/%5c%5cevil.example',
  '/cloud/studies#fragment',
  '/cloud/studies%00',
  '/cloud/studies%0d%0aX-Injected:1',
  'cloud/studies',
  '*',
] as const

fault('BRG-F06', 'a target that somebody could read as another place is refused', async (seen) => {
  await using world = await bridgeWorld()
  const statuses = new Map<string, number>()
  for (const target of STRANGE_TARGETS) {
    const { status } = await askRaw(world.cloud, [
      `GET ${target} HTTP/1.1`,
      'Host: bridge',
      `Authorization: ${LOGIN}`,
      'Connection: close',
    ])
    statuses.set(target, status)
  }
  expect(Object.fromEntries(statuses)).toEqual(Object.fromEntries(STRANGE_TARGETS.map((target) => [target, 400])))
  expect(world.origin.bytesReceived).toBe(0)
  seen(`${statuses.size} targets: ${[...new Set(statuses.values())]}; ${world.origin.bytesReceived} bytes upstream`)
})

fault(
  'BRG-F06',
  'a Host of somebody else changes neither where a request goes nor what it says there',
  async (seen) => {
    await using world = await bridgeWorld()
    const { status } = await askRaw(world.cloud, [
      'GET /cloud/studies?PatientName=A%2FB%20%7e HTTP/1.1',
      'Host: evil.example',
      `Authorization: ${LOGIN}`,
      'Connection: close',
    ])
    const [request] = await world.origin.seen(1)
    expect(status).toBe(200)
    expect(request?.values('host')).toEqual([new URL(world.origin.url).host])
    expect(request?.target).toBe('/dicom-web/studies?PatientName=A%2FB%20%7e')
    seen(`Host: evil.example: upstream Host ${request?.values('host')}, target ${request?.target}`)
  },
)

const REFUSED_METHODS: readonly { readonly lines: readonly string[]; readonly status: number }[] = [
  { lines: ['TRACE /cloud/studies HTTP/1.1'], status: 405 },
  { lines: ['PATCH /cloud/studies HTTP/1.1'], status: 405 },
  { lines: ['CONNECT evil.example:443 HTTP/1.1'], status: 405 },
  { lines: ['GET /cloud/studies HTTP/1.1', 'Upgrade: websocket', 'Connection: upgrade'], status: 400 },
  { lines: ['GET /cloud/studies HTTP/1.1', 'Upgrade: h2c', 'Connection: upgrade, http2-settings'], status: 400 },
]

fault('BRG-F07', 'no tunnel, no echo, no other protocol', async (seen) => {
  await using world = await bridgeWorld()
  const { origin } = world
  const statuses: string[] = []
  for (const { lines, status } of REFUSED_METHODS) {
    const [requestLine = '', ...fields] = lines
    const got = await askAndClose(world.cloud, [requestLine, 'Host: bridge', `Authorization: ${LOGIN}`, ...fields])
    expect(got, requestLine).toBe(status)
    statuses.push(
      `${lines
        .join(' ')
        .replace(/ .*?(HTTP\/1.1)/, '')
        .replaceAll(/Connection.*/g, '')
        .trim()} ${got}`,
    )
  }
  expect(origin.bytesReceived).toBe(0)
  seen(`${statuses.join(', ')}; ${origin.bytesReceived} bytes upstream`)
})

/** Closes after the first answer: an Upgrade has said what its Connection is, so it cannot say close. */
async function askAndClose(url: string, lines: readonly string[]): Promise<number> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write([...lines, '', ''].join('\r\n'))
  const [piece]: [Buffer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(piece.toString('latin1'))?.[1])
}
