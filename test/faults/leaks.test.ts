import { Secret } from '@orthanc-oauth/core'
import { answer, type Behaviour, json, redirect, truncate } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { bridgeWorld } from './support/bridge-world.ts'
import { canariesIn } from './support/canaries-in.ts'
import { ask } from './support/client.ts'
import { fault } from './support/fault.ts'
import { recordedLog } from './support/recorded-log.ts'
import { shown } from './support/shown.ts'
import { jwt, oauthError, tokenAnswer } from './support/token-answers.ts'
import { tokenWorld } from './support/token-world.ts'

const secret = 'canary-of-the-secret:+/%&=?~'
const token = jwt({ sub: 'canary-of-the-token', iat: 1, exp: 2 })
const canaries = { secret, token, 'half of the token': token.slice(0, token.length / 2) }

const headers = { 'content-type': 'application/json' }
const both = `${secret} ${token}`
const success = JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 0, note: secret })

const failing: readonly { readonly what: string; readonly behaviour: Behaviour }[] = [
  { what: 'a description', behaviour: oauthError('invalid_grant', 400, { error_description: both, error_uri: both }) },
  { what: 'the error code', behaviour: oauthError(both) },
  { what: 'the body of a 500', behaviour: answer({ status: 500, headers, body: both }) },
  {
    what: 'the body of a 403',
    behaviour: answer({ status: 403, headers: { 'content-type': 'text/html' }, body: both }),
  },
  { what: 'an answer cut off', behaviour: truncate({ headers, body: success }, success.length - 2) },
  { what: 'an answer of half', behaviour: answer({ headers, body: success.slice(0, -2) }) },
  { what: 'what is no JSON', behaviour: answer({ headers, body: both }) },
  { what: 'a page', behaviour: answer({ headers: { 'content-type': 'text/html' }, body: `<p>${both}</p>` }) },
  { what: 'a dead token', behaviour: answer({ headers, body: success }) },
  { what: 'a token of another type', behaviour: tokenAnswer({ access_token: token, token_type: both }) },
  { what: 'a token with a line break', behaviour: tokenAnswer({ access_token: `${token}\r\n${secret}` }) },
  { what: 'a redirect', behaviour: redirect(`https://elsewhere.example/${encodeURIComponent(both)}`) },
  {
    what: 'a header',
    behaviour: json(
      { error: 'invalid_client' },
      { status: 401, headers: { 'www-authenticate': `Basic realm="${both}"` } },
    ),
  },
  { what: 'Retry-After', behaviour: answer({ status: 429, headers: { 'retry-after': both } }) },
]

for (const { what, behaviour } of failing) {
  fault('TOK-F23', `nothing of a token or a secret in ${what} is in the error or its causes`, async (seen) => {
    await using world = await tokenWorld({ provider: { clientSecret: new Secret(secret) }, manager: { retry: false } })
    world.endpoint.always(behaviour)
    const error = await world.failure()
    const said = shown([error, world.manager.status, world.provider])
    const leaked = canariesIn(said, canaries)
    expect(leaked).toBe(0)
    expect(world.endpoint.requests[0]?.text()).toContain('client_secret=canary')
    seen(`${what}: ${error.code}, ${leaked} of them in ${said.length} characters`)
  })
}

const throughTheBridge = ['a description', 'the error code', 'what is no JSON', 'an answer of half', 'a redirect']

fault('TOK-F23', 'nor in anything that the bridge writes, answers or counts', async (seen) => {
  for (const { what, behaviour } of failing.filter((each) => throughTheBridge.includes(each.what))) {
    const { log, lines } = recordedLog()
    await using world = await bridgeWorld({
      log,
      tokens: behaviour,
      serverKeys: { ClientSecret: secret, ResilienceConfig: { RetryMaxAttempts: 1 } },
    })
    const control = async (path: string, method = 'GET') =>
      (await fetch(`${world.bridge.controlUrl}/${path}`, { method })).text()
    const refused = await ask(`${world.cloud}/studies`)
    expect(refused.status).toBe(503)
    const outputs = [
      shown(refused),
      shown(lines),
      await control('dicomweb-oauth/servers/cloud/test', 'POST'),
      await control('dicomweb-oauth/status'),
      await control('dicomweb-oauth/servers'),
      await control('metrics'),
    ].join('\n')
    const leaked = canariesIn(outputs, canaries)
    expect(leaked).toBe(0)
    expect(outputs).toContain('dicomweb_oauth_token_acquisitions_total')
    expect(lines.length).toBeGreaterThan(0)
    expect(world.origin.requests).toHaveLength(0)
    seen(
      `${what}, through the bridge: ${leaked} of them in ${outputs.length} characters, ${lines.length} log lines among them`,
    )
  }
})
