import { orthancAvailable, startOrthanc } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { substitute } from './substitute.ts'

const env = { SET: 'seen', EMPTY: '', QUOTE: 'a"b\\c' }

describe('substitute', () => {
  test.each([
    ['${SET}', 'seen'],
    ['${SET:-default}', 'seen'],
    ['${UNSET:-default}', 'default'],
    ['${UNSET:-http://a:1/}', 'http://a:1/'],
    ['${UNSET:-}', ''],
    ['${UNSET}', ''],
    ['${EMPTY:-default}', ''],
    ['${UNSET}${SET}', 'seen'],
    ['${UNSET:-${SET}}', '${SET}'], // what was put in is not looked at again
    ['${UNSET:-{x}', '{x'],
    ['${SET-x}', ''], // another name
    ['${SET:x}', '${SET:x}'],
    ['${constructor}', ''],
    ['$SET', '$SET'],
    ['$${SET}}', '$seen}'],
    ['${QUOTE}', 'a"b\\c'],
  ])('%s becomes %s', (source, text) => {
    expect(substitute(source, env).text).toBe(text)
  })

  test('every variable is told with the place of its value and whether it is set', () => {
    expect(substitute('a ${SET} ${UNSET} ${UNSET:-b}', env).variables).toEqual([
      { name: 'SET', start: 2, end: 6, unset: false },
      { name: 'UNSET', start: 7, end: 7, unset: true },
      { name: 'UNSET', start: 8, end: 9, unset: false },
    ])
  })

  test('what stands behind a value leads back to where it stood', () => {
    const { text, originOf } = substitute('${SET}${UNSET}x', env)
    expect(text).toBe('seenx')
    expect([0, 3, 4, 5].map(originOf)).toEqual([0, 0, 6, 15])
  })

  test.skipIf(!orthancAvailable())('a real Orthanc reads the same', async () => {
    const name = '${PATH} ${NONE:-a:b} ${NONE:-x}y} ${NONE} ${NONE:-${PATH}} ${PATH:x} $PATH ${PATH-x}'
    await using orthanc = await startOrthanc({ configuration: { Name: name } })
    const system = await orthanc.json<{ Name: string }>('/system')
    expect(system.Name).toBe(substitute(name, { PATH: process.env.PATH }).text)
  })
})
