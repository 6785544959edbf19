import { Secret } from '@orthanc-oauth/core'
import { failureOf, leaks } from '@orthanc-oauth/testing'
import { expect, test } from 'vitest'
import { genericProvider } from '../generic-provider.ts'
import type { GenericProviderOptions } from './generic-provider-options.ts'

const CANARY = 'canary-in-the-options'
const issuer = 'https://issuer.example/realms/hospital'
const tokenEndpoint = `https://issuer.example/token?code=${CANARY}`

test.each<[string, Partial<GenericProviderOptions>, string]>([
  ['a secret file that is not there', { clientSecret: { file: '/nowhere' } }, 'CFG-102'],
  ['a CA bundle that is not there', { clientSecret: new Secret(CANARY), caFile: '/nowhere' }, 'CFG-102'],
  [
    'a key that is none',
    { clientAuthentication: 'private_key_jwt', privateKey: new Secret(`${CANARY} is no key`) },
    'CFG-002',
  ],
])('the error of %s says for which issuer it was read', async (_what, options, code) => {
  const found = await failureOf(genericProvider({ clientId: 'orthanc', issuer, ...options }))
  expect(found).toMatchObject({ code, retryable: false, details: { issuer } })
  const configured = await failureOf(genericProvider({ clientId: 'orthanc', issuer, tokenEndpoint, ...options }))
  expect(configured).toMatchObject({ code, details: { endpoint: 'https://issuer.example/token' } })
  for (const error of [found, configured]) expect(leaks(error, [CANARY])).toEqual([])
})
