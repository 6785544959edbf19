import { answer, type Behaviour, huge, json, reset } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { fault } from './support/fault.ts'
import { type JwtWorld, jwtWorld, keySet, signed, signingKey } from './support/jwt-world.ts'

const first = signingKey('first')
const second = signingKey('second')
const third = signingKey('third')

const COOLDOWN = 30_000
/** The keys are fetched anew after it. */
const FRESH = 600_000
const HOUR = 3_600_000

/** Tokens that name keys which nobody has. @returns what became of them, each outcome once */
async function flood({ outcome, clock }: JwtWorld, count = 20): Promise<string[]> {
  const outcomes = new Set<string>()
  for (let index = 0; index < count; index += 1)
    outcomes.add(await outcome(await signed({ ...second, kid: `invented-${index}` }, clock)))
  return [...outcomes]
}

fault('JWT-F3', 'a flood of invented key ids fetches once in 30 s, apart from one exception', async (seen) => {
  await using world = await jwtWorld(keySet(first))
  expect(await world.outcome(await signed(first, world.clock))).toBe('verified')
  expect(await flood(world)).toEqual(['TOK-004 key'])
  const looks = [world.looks]
  for (let window = 0; window < 3; window += 1) {
    await world.clock.advance(COOLDOWN)
    await flood(world)
    looks.push(world.looks)
  }
  expect(looks).toEqual([2, 3, 4, 5])
  expect(await world.outcome(await signed(first, world.clock))).toBe('verified')
  seen(`20 invented ids, four times, 30 s apart: ${looks.join(', ')} looks; the issuer's own key is good still`)
})

fault('JWT-F3', 'a flood fetches once in 30 s also while that fails', async (seen) => {
  await using world = await jwtWorld(reset())
  const looks: number[] = []
  for (let window = 0; window < 3; window += 1) {
    expect(await flood(world)).toEqual(['NET-002'])
    looks.push(world.looks)
    await world.clock.advance(COOLDOWN - 1)
    await flood(world)
    expect(world.looks).toBe(looks.at(-1))
    await world.clock.advance(1)
  }
  expect(looks).toEqual([1, 2, 3])
  seen(`while every look fails: ${looks.join(', ')} looks`)
})

fault('JWT-F4', 'while the keys are away those that are there verify on for a day, and are reported', async (seen) => {
  await using world = await jwtWorld(keySet(first))
  const verified = async () => world.outcome(await signed(first, world.clock))
  await verified()
  world.keys.always(reset())
  await world.clock.advance(24 * HOUR - 1)
  const within = await verified()
  await world.clock.advance(COOLDOWN)
  const after = await verified()
  expect([within, after, world.stale]).toEqual(['verified', 'NET-002', 1])
  world.keys.always(keySet(first))
  await world.clock.advance(COOLDOWN)
  const again = await verified()
  expect([again, world.stale]).toEqual(['verified', 1])
  seen(`just under 24 h: ${within}, reported ${world.stale} ×; then ${after}; when the keys are back ${again}`)
})

fault('JWT-F5', 'a rotation within the 30 s is followed at once, and the next one too', async (seen) => {
  await using world = await jwtWorld(keySet(first))
  const outcomes = [await world.outcome(await signed(first, world.clock))]
  for (const [before, key] of [
    [first, second],
    [second, third],
  ] as const) {
    world.keys.always(keySet(before, key))
    outcomes.push(await world.outcome(await signed(key, world.clock)))
  }
  expect(outcomes).toEqual(['verified', 'verified', 'verified'])
  expect(world.looks).toBe(3)
  seen(`three keys at one moment: ${outcomes.join(', ')} in ${world.looks} looks`)
})

fault('JWT-F5', 'an exception that finds nothing is the only one until a look finds', async (seen) => {
  await using world = await jwtWorld(keySet(first))
  await world.outcome(await signed(first, world.clock))
  await flood(world, 1)
  world.keys.always(keySet(first, second))
  const token = await signed(second, world.clock)
  const before = await world.outcome(token)
  const looks = world.looks
  await world.clock.advance(COOLDOWN)
  const after = await world.outcome(token)
  expect([before, looks, after]).toEqual(['TOK-004 key', 2, 'verified'])
  seen(`spent on an invented key, a rotation waits: ${before} after ${looks} looks, ${after} 30 s later`)
})

const noKeys: readonly { what: string; behaviour: Behaviour }[] = [
  { what: 'HTML', behaviour: answer({ headers: { 'content-type': 'text/html' }, body: '<html>' }) },
  { what: 'HTML called JSON', behaviour: answer({ headers: { 'content-type': 'application/json' }, body: '<html>' }) },
  { what: '2 MiB', behaviour: huge(2 ** 21) },
  { what: 'no list of keys', behaviour: json({ keys: 'first' }) },
]

for (const { what, behaviour } of noKeys) {
  fault('JWT-F6', `${what} in the place of keys leaves the old ones`, async (seen) => {
    await using world = await jwtWorld(keySet(first))
    await world.outcome(await signed(first, world.clock))
    world.keys.always(behaviour)
    await world.clock.advance(FRESH)
    const kept = await world.outcome(await signed(first, world.clock))
    await using without = await jwtWorld(behaviour)
    const never = await without.outcome(await signed(first, without.clock))
    expect([kept, world.looks, never]).toEqual(['verified', 2, 'TOK-005'])
    seen(`${what}: ${kept} by the old keys after ${world.looks} looks; without any ${never}`)
  })
}

fault('JWT-F11', 'validations that share a failed fetch each fail once, and nothing crashes', async (seen) => {
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', note)
  try {
    await using world = await jwtWorld(reset())
    const token = await signed(first, world.clock)
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => world.outcome(token)))
    const failed = outcomes.filter((outcome) => outcome === 'NET-002').length
    const { looks } = world
    expect([failed, looks, unhandled]).toEqual([50, 1, []])
    world.keys.always(keySet(first))
    await world.clock.advance(COOLDOWN)
    const after = await world.outcome(token)
    expect(after).toBe('verified')
    seen(`${failed} of ${outcomes.length} failed with ${looks} fetch, ${unhandled.length} unhandled; then ${after}`)
  } finally {
    process.off('unhandledRejection', note)
  }
})
