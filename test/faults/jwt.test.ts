import { createHmac } from 'node:crypto'
import { createVerifier } from '@orthanc-oauth/jwt'
import { fakeClock, startFaultServer } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { fault } from './support/fault.ts'
import { AUDIENCE, type Claims, forged, ISSUER, jwtWorld, keySet, signed, signingKey } from './support/jwt-world.ts'

const key = signingKey('k1')
const pem = key.publicKey.export({ type: 'spki', format: 'pem' }) as string
/** Of a token that is right in all but what its test is about. */
const claims = { iss: ISSUER, aud: AUDIENCE, exp: 9_999_999_999 }

/** Signed with what everybody knows, in the hope that it is taken for a shared secret. */
function signedWithPublicKey(): string {
  const content = forged({ alg: 'HS256', kid: 'k1' }, claims).slice(0, -1)
  return `${content}.${createHmac('sha256', pem).update(content).digest('base64url')}`
}

for (const { what, token } of [
  { what: 'none', token: forged({ alg: 'none' }, claims) },
  { what: 'NONE', token: forged({ alg: 'NONE' }, claims) },
  { what: 'HS256 with the RSA key', token: signedWithPublicKey() },
]) {
  fault('JWT-F1', `${what} is refused, whichever way the key is known`, async (seen) => {
    await using world = await jwtWorld(keySet(key))
    await using pinned = await jwtWorld(keySet(key), { jwksUri: undefined, publicKey: pem })
    const outcomes = [await world.outcome(token), await pinned.outcome(token)]
    expect(outcomes).toEqual(['TOK-004 algorithm', 'TOK-004 algorithm'])
    expect(world.looks).toBe(0)
    seen(`${what}: ${outcomes[0]}, ${world.looks} looks at the keys`)
  })
}

fault('JWT-F1', 'neither can be configured', async (seen) => {
  for (const algorithm of ['none', 'HS256']) {
    const create = () => createVerifier({ publicKey: pem, algorithms: [algorithm] }, { clock: fakeClock() })
    expect(create).toThrow(expect.objectContaining({ code: 'CFG-002', details: { option: 'algorithms' } }))
    seen(`${algorithm} in the configuration: refused`)
  }
})

for (const name of ['jku', 'x5u', 'jwk']) {
  fault('JWT-F2', `the key that ${name} brings along is not used, nor looked at`, async (seen) => {
    const own = signingKey('k1')
    await using evil = await startFaultServer()
    evil.always(keySet(own))
    const header = { [name]: name === 'jwk' ? own.publicKey.export({ format: 'jwk' }) : `${evil.url}/keys` }
    await using world = await jwtWorld(keySet(key))
    const attacked = await world.outcome(await signed(own, world.clock, { header }))
    const honest = await world.outcome(await signed(key, world.clock, { header }))
    expect([attacked, honest, evil.connections]).toEqual(['TOK-004 signature', 'verified', 0])
    seen(`${name}: ${attacked}, with the issuer's key ${honest}, ${evil.connections} connections to where it points`)
  })
}

/** Signed by the issuer, and still not what may be used. */
const unfit: readonly { id: string; what: string; claims: Claims; reason: string }[] = [
  { id: 'JWT-F7', what: 'no exp', claims: { exp: undefined }, reason: 'exp' },
  { id: 'JWT-F7', what: 'exp "9999999999"', claims: { exp: '9999999999' }, reason: 'exp' },
  { id: 'JWT-F7', what: 'nbf in the future', claims: { nbf: 99_999_999_999 }, reason: 'not yet valid' },
  { id: 'JWT-F8', what: 'another aud', claims: { aud: `${AUDIENCE}.evil` }, reason: 'audience' },
  { id: 'JWT-F8', what: 'iss without its slash', claims: { iss: ISSUER.slice(0, -1) }, reason: 'issuer' },
  { id: 'JWT-F8', what: 'iss with one slash more', claims: { iss: `${ISSUER}/` }, reason: 'issuer' },
  { id: 'JWT-F9', what: 'payload typ ID', claims: { typ: 'ID' }, reason: 'ID token' },
  { id: 'JWT-F9', what: 'at_hash', claims: { at_hash: 'x' }, reason: 'ID token' },
]

for (const { id, what, claims: changed, reason } of unfit) {
  fault(id, `a token with ${what} is refused`, async (seen) => {
    await using world = await jwtWorld(keySet(key))
    const outcome = await world.outcome(await signed(key, world.clock, { claims: changed }))
    expect(outcome).toBe(`TOK-004 ${reason}`)
    seen(`${what}: ${outcome}`)
  })
}

fault('JWT-F7', 'the leeway is 60 s at most, at both ends', async (seen) => {
  await using world = await jwtWorld(keySet(key), { leeway: 60_000 })
  const now = Math.floor(world.clock.now() / 1000)
  const at = async (changed: Claims) => world.outcome(await signed(key, world.clock, { claims: changed }))
  const within = [await at({ exp: now - 59 }), await at({ nbf: now + 59 })]
  const beyond = [await at({ exp: now - 61 }), await at({ nbf: now + 61 })]
  expect(within).toEqual(['verified', 'verified'])
  expect(beyond).toEqual(['TOK-004 expired', 'TOK-004 not yet valid'])
  const create = () => createVerifier({ publicKey: pem, leeway: 60_001 }, { clock: fakeClock() })
  expect(create).toThrow(expect.objectContaining({ code: 'CFG-002', details: { option: 'leeway' } }))
  seen(`59 s off: ${within.join(', ')}; 61 s off: ${beyond.join(', ')}; a leeway of 60.001 s: refused`)
})

for (const typ of ['at+jwt', 'JWT']) {
  fault('JWT-F9', `header type ${typ} passes, with payload type Bearer too`, async (seen) => {
    await using world = await jwtWorld(keySet(key))
    const plain = await world.outcome(await signed(key, world.clock, { header: { typ } }))
    const bearer = await world.outcome(await signed(key, world.clock, { header: { typ }, claims: { typ: 'Bearer' } }))
    expect([plain, bearer]).toEqual(['verified', 'verified'])
    seen(`header ${typ}: ${plain}, payload typ Bearer: ${bearer}`)
  })
}

const HUGE = 2 ** 31

for (const { what, token, reason } of [
  { what: 'an unknown crit', token: forged({ alg: 'RS256', kid: 'k1', crit: ['x'], x: 1 }, claims), reason: 'crit' },
  { what: 'a JWE', token: forged({ alg: 'RSA-OAEP', enc: 'A256GCM' }, claims, 'a.b.c'), reason: 'encrypted' },
  {
    what: 'a JWE with a huge p2c',
    token: forged({ alg: 'PBES2-HS256+A128KW', p2c: HUGE }, {}, 'a.b.c'),
    reason: 'encrypted',
  },
  { what: 'a JWS with a huge p2c', token: forged({ alg: 'PBES2-HS256+A128KW', p2c: HUGE }, {}), reason: 'algorithm' },
]) {
  fault('JWT-F10', `${what} is refused before any key is looked for`, async (seen) => {
    await using world = await jwtWorld(keySet(key))
    const outcome = await world.outcome(token)
    expect(outcome).toBe(`TOK-004 ${reason}`)
    // Nothing can be computed without a key.
    expect(world.looks).toBe(0)
    seen(`${what}: ${outcome}, ${world.looks} looks at the keys`)
  })
}
