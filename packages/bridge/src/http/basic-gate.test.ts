import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '@orthanc-oauth/core'
import { temporaryFolder } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { BasicGate } from './basic-gate.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

describe('BasicGate', () => {
  const gate = new BasicGate(
    [
      { username: 'one', password: new Secret('pass:word') },
      { username: 'two', password: new Secret('pässword') },
    ],
    'test',
    () => {},
  )

  test.each([basic('one:pass:word'), basic('two:pässword'), basic('one:pass:word').replace('Basic', 'bASIC')])(
    'lets %s in',
    async (authorization) => {
      expect(await gate.admits(authorization)).toBe(true)
    },
  )

  test.each([
    undefined,
    '',
    'Basic',
    'Basic ',
    basic(''),
    basic('one'),
    basic('one:'),
    basic('one:pass'),
    basic('one:pässword'),
    basic('two:pass:word'),
    basic(':'),
    'Basic one:pass:word',
    `Bearer ${basic('one:pass:word').slice(6)}`,
    `${basic('one:pass:word')}, Basic x`,
  ])('keeps %j out', async (authorization) => {
    expect(await gate.admits(authorization)).toBe(false)
  })

  test('reads the file of a password again each time', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'password')
    const unreadable: unknown[] = []
    const gate = new BasicGate([{ username: 'one', password: { file } }], 'test', (error) => unreadable.push(error))
    expect(await gate.admits(basic('one:first'))).toBe(false)
    expect(unreadable).toMatchObject([{ code: 'CFG-102' }])
    await writeFile(file, 'first\n')
    expect(await gate.admits(basic('one:first'))).toBe(true)
    await writeFile(file, 'second\n')
    expect([await gate.admits(basic('one:first')), await gate.admits(basic('one:second'))]).toEqual([false, true])
  })
})
