import { once } from 'node:events'
import { Agent, createServer, request, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { systemClock } from '@orthanc-oauth/core'
import { describe, expect, test } from 'vitest'
import { drainable } from './drainable.ts'
import { listen } from './listen.ts'

/** Longer than any test waits. */
const LONG = 60_000

/** A server whose answers a test ends when it likes. */
async function start() {
  const responses: ServerResponse[] = []
  const server = createServer({ keepAliveTimeout: LONG }, (_, response) => {
    response.write('begun')
    responses.push(response)
  })
  const { drain } = drainable(server, systemClock)
  const url = await listen(server, { host: '127.0.0.1', port: 0 }, 'Listen', () => {})
  return { url, drain, responses, [Symbol.asyncDispose]: async () => void (await drain(0)) }
}

async function begin(url: string, agent: Agent | false) {
  const made = request(url, { agent }).end()
  made.on('error', () => {})
  const [answer] = await once(made, 'response')
  return { socket: made.socket, answer }
}

describe('draining', () => {
  test('waits for what is under way, and closes its connection afterwards', async () => {
    await using server = await start()
    const agent = new Agent({ keepAlive: true })
    const { answer, socket } = await begin(server.url, agent)
    const drained = server.drain(LONG)
    server.responses[0]?.end(' and ended')
    let text = ''
    for await (const chunk of answer.setEncoding('utf8')) text += chunk
    expect(text).toBe('begun and ended')
    expect(await drained).toBe(0)
    if (!socket?.destroyed) await once(socket as NonNullable<typeof socket>, 'close')
    agent.destroy()
  })

  test('closes connections that are idle, and takes no new ones', async () => {
    await using server = await start()
    const agent = new Agent({ keepAlive: true })
    const { answer } = await begin(server.url, agent)
    server.responses[0]?.end()
    await answer.resume()
    await once(answer, 'end')
    expect(await server.drain(LONG)).toBe(0)
    await expect(once(request(server.url, { agent: false }).end(), 'response')).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    })
    agent.destroy()
  })

  test('PRC-F1: cuts off what lasts longer than its limit, by a reset', async () => {
    await using server = await start()
    // HTTP/1.0: the end of the connection would be the end of the answer.
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write('GET / HTTP/1.0\r\n\r\n')
    await once(socket, 'data')
    const end = new Promise((resolve) => {
      socket.once('end', () => resolve('an end'))
      socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
    })
    expect(await server.drain(100)).toBe(1)
    expect(await end).toBe('ECONNRESET')
  })

  test('of a server that never listened is done at once', async () => {
    expect(await drainable(createServer(), systemClock).drain(LONG)).toBe(0)
  })
})
