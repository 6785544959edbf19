import { loadedLibraries } from '@orthanc-oauth/testing'
import { expect, test } from 'vitest'

const make = (more = '') => `
  const { Secret, systemClock, TokenManager } = await import('@orthanc-oauth/core')
  const { genericProvider } = await import('@orthanc-oauth/provider-generic')
  const provider = genericProvider({
    tokenEndpoint: 'http://127.0.0.1:2/',
    clientId: 'a',
    clientSecret: new Secret('b'),
    httpProxy: new Secret('http://proxy.example:3128'),
    ${more}
  })
  const manager = new TokenManager(provider)
`
const acquire = `await provider.acquire({ signal: AbortSignal.timeout(5_000), clock: systemClock }).catch(() => {})`

test('a provider and its manager are made of p-retry and opossum, and nothing else: no zod, jose, undici, oauth4webapi or dpop', async () => {
  const light = await loadedLibraries(make())
  expect(light.filter((name) => !['p-retry', 'is-network-error', 'opossum'].includes(name))).toEqual([])
  expect(await loadedLibraries(make('dpop: true'))).toEqual(light)
})

test('nor are they made of what opens connections in Node', async () => {
  const look = `
    const opens = process.moduleLoadList.filter((name) => /^NativeModule (https?|tls)$/.test(name))
    if (opens.length > 0) throw new Error(opens.join())`
  await loadedLibraries(make() + look)
  await expect(loadedLibraries(make() + acquire + look)).rejects.toThrow('NativeModule http')
})

test('the first acquisition loads what it needs, dpop where tokens are to be bound to a key alone', async () => {
  const light = await loadedLibraries(make())
  const added = async (more?: string) =>
    (await loadedLibraries(make(more) + acquire)).filter((name) => !light.includes(name))
  expect(await added()).toEqual(['oauth4webapi', 'undici'])
  expect(await added('dpop: true')).toEqual(['dpop', 'oauth4webapi', 'undici'])
})
