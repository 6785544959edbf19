import { createHash } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { REPLAY_LIMIT, ReplayableBody } from './replayable-body.ts'

const text = async (body: AsyncIterable<Buffer> | undefined) => body && (await buffer(body)).toString()

async function* chunks(...all: string[]): AsyncGenerator<Buffer> {
  for (const chunk of all) yield Buffer.from(chunk)
}

describe('ReplayableBody', () => {
  test('a body is read to its end', async () => {
    const body = new ReplayableBody(chunks('ab', 'cd'))
    expect(await text(body.read())).toBe('abcd')
    expect(body.ended).toBe(true)
  })

  test('a body that was read to its end is read again, from the first byte', async () => {
    const body = new ReplayableBody(chunks('ab', 'cd'))
    await text(body.read())
    expect(await text(body.read())).toBe('abcd')
  })

  test('a second reader gets what the first had and goes on with the stream', async () => {
    const body = new ReplayableBody(chunks('ab', 'cd', 'ef'))
    const first = body.read()?.[Symbol.asyncIterator]()
    expect((await first?.next())?.value.toString()).toBe('ab')
    expect(await text(body.read())).toBe('abcdef')
  })

  test('a chunk on its way to a reader that has ended is not lost', async () => {
    const source = new PassThrough()
    const body = new ReplayableBody(source)
    const first = body.read()?.[Symbol.asyncIterator]()
    source.write('ab')
    await first?.next()
    const onItsWay = first?.next()
    const second = text(body.read())
    source.write('cd')
    await onItsWay
    source.end('ef')
    expect(await second).toBe('abcdef')
  })

  test('exactly the limit can be read again', async () => {
    const body = new ReplayableBody(chunks('abc', 'd'), { limit: 4 })
    await text(body.read())
    expect(await text(body.read())).toBe('abcd')
  })

  test('one byte over the limit cannot be read again', async () => {
    const body = new ReplayableBody(chunks('abc', 'de'), { limit: 4 })
    expect(await text(body.read())).toBe('abcde')
    expect(body.read()).toBeUndefined()
  })

  test('a reader that was there before the limit was passed still gets everything', async () => {
    const source = new PassThrough()
    const body = new ReplayableBody(source, { limit: 4 })
    const first = body.read()?.[Symbol.asyncIterator]()
    source.write('abc')
    await first?.next()
    const onItsWay = first?.next()
    const second = body.read()
    source.write('de')
    await onItsWay
    source.end('fgh')
    expect(await text(second)).toBe('abcdefgh')
  })

  test('the limit is 1 MiB unless said otherwise', async () => {
    const body = new ReplayableBody(chunks('x'.repeat(REPLAY_LIMIT)))
    await body.discard()
    const kept = new ReplayableBody(chunks('x'.repeat(2 ** 20)))
    await text(kept.read())
    expect(kept.read()).toBeDefined()
    const over = new ReplayableBody(chunks('x'.repeat(2 ** 20), 'x'))
    await text(over.read())
    expect(over.read()).toBeUndefined()
  })

  test('the body is wanted once, when its first byte is', async () => {
    let wanted = 0
    const body = new ReplayableBody(chunks('ab', 'cd'), { onWanted: () => wanted++ })
    const reader = body.read()
    expect(wanted).toBe(0)
    await text(reader)
    await text(body.read())
    expect(wanted).toBe(1)
  })

  test('a client that goes away makes every reader fail', async () => {
    const source = new PassThrough()
    const body = new ReplayableBody(source)
    source.write('ab')
    const reading = text(body.read())
    source.destroy(new Error('gone'))
    await expect(reading).rejects.toThrow()
  })

  test('what is discarded is taken to the end and not kept', async () => {
    const body = new ReplayableBody(chunks('ab', 'cd'))
    await body.discard()
    expect(body.ended).toBe(true)
    expect(body.read()).toBeUndefined()
  })

  test('a body that is held tells its length and digest, and can be read', async () => {
    const body = new ReplayableBody(chunks('ab', 'cd'), { limit: 4 })
    const sha256 = createHash('sha256').update('abcd').digest()
    expect(await body.hold()).toEqual({ length: 4, sha256 })
    expect(await text(body.read())).toBe('abcd')
  })

  test('a body over the limit is not held', async () => {
    const body = new ReplayableBody(chunks('abc', 'de', 'fg'), { limit: 4 })
    expect(await body.hold()).toBeUndefined()
    expect(body.ended).toBe(false)
  })
})
