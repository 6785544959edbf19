import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { BLOCKED_PORTS } from './blocked-ports.ts'

test('the ports that are refused are those that undici refuses', () => {
  const { badPorts } = createRequire(import.meta.url)('undici/lib/web/fetch/constants.js') as { badPorts: string[] }
  expect(BLOCKED_PORTS).toEqual(new Set(badPorts.map(Number)))
})
