import { describe, expect, test } from 'vitest'
import { IN_SERVER, onlyError } from './only-error.fixture.ts'
import { configurationText, plainServer, written } from './written.fixture.ts'

describe('names and prefixes', () => {
  const two = (first: string, second: string, name = 'other') =>
    configurationText({ Url: first }).replace(
      '"Servers": {',
      `"Servers": {\n"${name}": ${JSON.stringify({ ...plainServer, Url: second })},`,
    )

  test('CFG-F7: the same name twice is an error', async () => {
    const text = two('https://a.example', 'https://b.example', 'pacs')
    expect(await onlyError(text)).toMatchObject({ code: 'CFG-105', found: 'a key twice', path: IN_SERVER, line: 5 })
  })

  test('CFG-F7: names that differ in letter case alone are two servers, as to Orthanc', async () => {
    await using files = await written(two('https://a.example', 'https://b.example', 'PACS'))
    expect((await files.read()).servers.map(({ name }) => name)).toEqual(['PACS', 'pacs'])
  })

  test.each([
    ['https://a.example/x', 'https://a.example/x'],
    ['https://a.example/x', 'https://a.example/x/'],
    ['https://a.example/x', 'HTTPS://A.example:443/y/../x//'],
  ])('CFG-F7: the same prefix twice (%s, %s) is an error', async (first, second) => {
    expect(await onlyError(two(first, second))).toMatchObject({
      code: 'CFG-105',
      found: 'the Url that server other has too',
      path: `${IN_SERVER}.Url`,
    })
  })

  test('CFG-F7: overlapping prefixes are none', async () => {
    await using files = await written(two('https://a.example/x', 'https://a.example/x/y'))
    expect((await files.read()).servers).toHaveLength(2)
  })

  test.each(['a/b', 'a\\b', '.', '..', '', 'a\u0007b', '\ud800'])('a server cannot be called %j', async (name) => {
    const text = configurationText().replace('"pacs"', JSON.stringify(name))
    expect(await onlyError(text)).toMatchObject({ code: 'CFG-002', found: 'a name that Orthanc or a URL cannot hold' })
  })

  test.each(['a b', 'été', 'a%b', 'a?b#c', 'a.b', 'constructor', 'toString'])(
    'a server can be called %j',
    async (name) => {
      await using files = await written(configurationText().replace('"pacs"', JSON.stringify(name)))
      expect((await files.read()).servers[0]?.name).toBe(name)
    },
  )
})
