import { expect, test } from 'vitest'
import { shownUrl } from './shown-url.ts'

test.each([
  ['https://issuer.example/token', 'https://issuer.example/token'],
  ['https://issuer.example/token?code=k3y', 'https://issuer.example/token?…'],
  ['https://issuer.example/token?a=1&code=k3y?\n#x', 'https://issuer.example/token?…'],
])('of a query is shown that there is one, and nothing else: %j', (url, shown) => {
  expect(shownUrl(url)).toBe(shown)
})
