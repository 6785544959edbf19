import { describe, expect, test } from 'vitest'
import { detectProvider, realmOf } from './detect-provider.ts'

describe('detectProvider', () => {
  test.each([
    ['azure', 'https://login.microsoftonline.com/8f7a/oauth2/v2.0/token'],
    ['azure', 'https://LOGIN.microsoftonline.us/8f7a/oauth2/v2.0/token'],
    ['azure', 'https://login.partner.microsoftonline.cn/8f7a/oauth2/v2.0/token'],
    ['azure', 'https://login.windows.net/common/oauth2/token'],
    ['azure', 'https://sts.windows.net/8f7a/'],
    ['google', 'https://oauth2.googleapis.com/token'],
    ['google', 'https://sts.googleapis.com/v1/token'],
    ['google', 'https://accounts.google.com'],
    ['google', 'http://metadata.google.internal/computeMetadata/v1/'],
    ['aws', 'https://sts.eu-west-1.amazonaws.com/'],
    ['aws', 'https://sts.cn-north-1.amazonaws.com.cn/'],
    ['keycloak', 'https://keycloak.example/realms/hospital/protocol/openid-connect/token'],
    ['keycloak', 'https://keycloak.example/auth/realms/hospital/protocol/openid-connect/token'],
    ['keycloak', 'http://localhost:8080/realms/dcm4che/protocol/openid-connect/token'],
    ['keycloak', 'https://keycloak.example/realms/hospital'],
    ['keycloak', 'https://keycloak.example/auth/realms/hospital/'],
    ['generic', 'https://hospital.eu.auth0.com/oauth/token'],
    ['generic', 'https://hospital.okta.com/oauth2/v1/token'],
    ['generic', 'https://hospital.okta.com/oauth2/default'],
    ['generic', 'https://hospital.auth.eu-west-1.amazoncognito.com/oauth2/token'],
    ['generic', 'https://auth.pingone.eu/8f7a/as/token'],
    ['generic', 'https://login.microsoftonline.com.example/8f7a/oauth2/v2.0/token'],
    ['generic', 'https://notgoogleapis.com/token'],
    ['generic', 'https://idp.example/realms/hospital/token'],
    ['generic', 'https://idp.example/token?next=/realms/x'],
    ['generic', 'no address'],
    ['generic', undefined],
  ] as const)('%s: %s', (provider, address) => {
    expect(detectProvider(address)).toBe(provider)
  })
})

test.each([
  ['https://k.example/realms/a/protocol/openid-connect/token', 'https://k.example/realms/a'],
  ['https://k.example/auth/realms/a%20b/protocol/openid-connect/token', 'https://k.example/auth/realms/a%20b'],
  ['https://k.example/oauth/token', undefined],
  ['https://k.example/x?y=/realms/a/protocol/openid-connect/token', undefined],
])('the realm of %s is %s', (endpoint, realm) => {
  expect(realmOf(endpoint)).toBe(realm)
})
