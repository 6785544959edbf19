import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from './secret.ts'
import { readSecret, secretSourceKey } from './secret-source.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secret-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function fileWith(content: string): Promise<{ file: string }> {
  const file = join(folder, 'secret')
  await writeFile(file, content)
  return { file }
}

describe('readSecret', () => {
  test('a secret that is given is itself', async () => {
    const secret = new Secret('c4n4ry')
    expect(await readSecret(secret)).toBe(secret)
  })

  test.each([
    ['c4n4ry', 'c4n4ry'],
    ['c4n4ry\n', 'c4n4ry'],
    ['c4n4ry\r\n', 'c4n4ry'],
    ['c4n4ry\n\n', 'c4n4ry\n'],
    [' c4n4ry ', ' c4n4ry '],
  ])('CFG-F2: of a file (%j) one trailing newline is trimmed, no more', async (content, value) => {
    expect((await readSecret(await fileWith(content))).reveal()).toBe(value)
  })

  test.each(['', '\n', '\r\n'])('CFG-F2: an empty file (%j) is an error that names it', async (content) => {
    const source = await fileWith(content)
    await expect(readSecret(source)).rejects.toMatchObject({ code: 'CFG-002', details: source })
  })

  test('a file that cannot be read is an error that names it', async () => {
    const source = { file: join(folder, 'nowhere') }
    await expect(readSecret(source)).rejects.toMatchObject({
      code: 'CFG-102',
      details: source,
      cause: { code: 'ENOENT' },
    })
  })

  test('a file is read again each time, so that a rotated secret counts', async () => {
    const source = await fileWith('old')
    await readSecret(source)
    await fileWith('new')
    expect((await readSecret(source)).reveal()).toBe('new')
  })
})

describe('secretSourceKey', () => {
  test('keeps secrets apart and says nothing of them', () => {
    const key = secretSourceKey(new Secret('c4n4ry'))
    expect(secretSourceKey(new Secret('c4n4ry'))).toBe(key)
    expect(secretSourceKey(new Secret('another'))).not.toBe(key)
    expect(key).not.toContain('c4n4ry')
  })

  test('of a file it is the path', () => {
    expect(secretSourceKey({ file: '/run/secrets/a' })).toBe('file:/run/secrets/a')
  })
})
