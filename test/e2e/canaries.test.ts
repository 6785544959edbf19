import { inspect } from 'node:util'
import { createBridge } from '@orthanc-oauth/bridge'
import { bearerAuthorizer, OrthancOAuthError, Secret, TokenManager } from '@orthanc-oauth/core'
import { readConfiguration } from '@orthanc-oauth/orthanc'
import { genericProvider } from '@orthanc-oauth/provider-generic'
import {
  answer,
  type Behaviour,
  expectNoCanary,
  json,
  pass,
  randomSecret,
  redirect,
  startIssuer,
} from '@orthanc-oauth/testing'
import { expect, test } from 'vitest'
import { startServe } from '../support/serve.ts'
import { startWatchedWorld, type WatchedWorld } from '../support/watched-world.ts'

/** Milliseconds. */
const LIMIT = 60_000
/** Deeper than anything of ours is nested. */
const DEPTH = 10

test(
  'no secret and no token is in anything that serve writes or answers, whatever goes wrong around it',
  async () => {
    await using world = await startWatchedWorld()
    const { issuer, endpoint, origin, secrets } = world
    await using bridge = await startServe(world.configurationFile, { args: ['--log-level', 'debug'] })
    await bridge.process.output(/Server 'pacs': token/)
    const client = world.clientOf(bridge)

    expect(await client.query()).toBe(200)
    expect(await client.query({ authorization: `Basic ${btoa(`${world.username}:${randomSecret()}`)}` })).toBe(401)
    expect(await client.query({ path: '/unknown/studies' })).toBe(404)
    expect(await client.query({ path: '/pacs//studies' })).toBe(400)
    expect(await client.query({ method: 'PATCH' })).toBe(405)
    origin.refuseNext(Number.POSITIVE_INFINITY)
    expect(await client.query()).toBe(401)
    origin.refuseNext(0)
    await client.askEverything()

    for (const echo of echoes(world)) {
      endpoint.always(echo)
      expect(await client.test()).toBe(503)
    }
    await bridge.process.output(/No usable token any more/)
    expect(await client.query()).toBe(503)
    await client.askEverything()

    issuer.clients.client_secret_post.clientSecret = randomSecret() // from now on what the bridge has is wrong
    endpoint.always(pass)
    expect(await client.test()).toBe(503)
    expect(client.said).toContain('AUTH-001')
    await client.askEverything()
    bridge.process.signal('SIGTERM')
    expect((await bridge.process.exited).code).toBe(0)

    const { dataPassword, token } = secrets()
    expect(token.length).toBeGreaterThan(1)
    expect(dataPassword.length).toBeGreaterThan(0)
    for (const said of [bridge.process.text, client.said]) expectNoCanary(said, secrets())
    expect(() => expectNoCanary(world.heardByIssuer, secrets())).toThrow('client secret') // they were used
  },
  LIMIT,
)

test('inspect shows no secret and no token of what the library hands out', async () => {
  await using world = await startWatchedWorld()
  await using issuer = await startIssuer()
  const { clientId, clientSecret } = issuer.clients.client_secret_post
  const provider = genericProvider({ issuer: issuer.issuer, clientId, clientSecret: new Secret(clientSecret) })
  await using manager = new TokenManager(provider)
  const token = await manager.getToken()
  const authorizer = bearerAuthorizer(manager, { origin: issuer.issuer })
  const authorization = await authorizer.authorize({ method: 'GET', url: `${issuer.issuer}/studies`, headers: {} })
  issuer.clients.client_secret_post.clientSecret = randomSecret()
  const refused = await manager.refresh().catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(OrthancOAuthError)
  const configuration = await readConfiguration(world.configurationFile)
  await using bridge = await createBridge({ configuration })
  await bridge.start()
  const objects = { provider, manager, token, authorizer, authorization, refused, configuration, bridge }
  const shown = inspect({ ...objects, servers: bridge.servers }, { depth: DEPTH, maxStringLength: null })
  expectNoCanary(shown, { ...world.secrets(), clientSecret, given: token.reveal() })
  expect(authorization.headers.authorization).toBe(`Bearer ${token.reveal()}`)
})

/** Answers of a token endpoint that hold what must not be repeated. */
function echoes({ clientSecret, formerToken }: WatchedWorld): readonly Behaviour[] {
  const both = `${clientSecret} ${formerToken()}`
  const headers = { 'content-type': 'application/json' }
  return [
    json({ error: 'invalid_request', error_description: both, error_uri: both }, { status: 400 }),
    json({ error: both }, { status: 400 }),
    answer({ status: 500, headers: { 'content-type': 'text/html' }, body: `<p>${both}</p>` }),
    answer({ headers, body: `{"access_token":"${formerToken()}","token_type":"Bearer","note":"${clientSecret}` }),
    json({ access_token: formerToken(), token_type: both, expires_in: 5 }),
    redirect(`https://elsewhere.example/?${new URLSearchParams({ both })}`),
  ]
}
