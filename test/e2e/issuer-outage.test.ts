import { orthancAvailable } from '@orthanc-oauth/testing'
import { expect, test } from 'vitest'
import { type Asked, ask } from '../support/ask.ts'
import { type HospitalWorld, SERVERS, startHospitalWorld, TOKEN_LIFETIME } from '../support/hospital-world.ts'
import { roundTrip } from '../support/round-trip.ts'
import { studies } from '../support/study.ts'
import { until } from '../support/until.ts'

/** Milliseconds. */
const LIMIT = 150_000
/**
 * Of its lifetime, how much of a token must have been used before requests are refused. It is usable for 4.5 of 5 s from
 * its sending, and the issuer, in this process with everything else, may note its arrival a second late.
 */
const LEAST_USE = 0.6
/** Seconds: the longest pause between two acquisitions, and what a caller is told at most. */
const LONGEST_PAUSE = 30

test.skipIf(!orthancAvailable())(
  'the issuer is killed and started again: requests go on while a token is valid, then 503 with Retry-After, then recovery by itself',
  async () => {
    const [study] = await studies()
    if (study === undefined) throw new Error('There are no files')
    await using world = await startHospitalWorld()
    const { issuer, orthanc, origins } = world
    await roundTrip(orthanc, SERVERS.pacs, study)

    await issuer.stop()
    const newest = issuer.tokenRequests.at(-1)?.at ?? Number.NaN
    const answered = await askUntil(world, ({ status }) => status !== 200)
    const refused = answered.at(-1)
    expect(answered.length).toBeGreaterThan(1) // the one that was refused, and those before it
    expect(refused?.status).toBe(503)
    expect(refused?.at).toBeGreaterThan(newest + LEAST_USE * TOKEN_LIFETIME)

    const before = origins.pacs.tally.requests
    const { status, retryAfter } = await ask(world)
    expect(status).toBe(503)
    expect(retryAfter).toBeGreaterThanOrEqual(1)
    expect(retryAfter).toBeLessThanOrEqual(LONGEST_PAUSE)
    expect(Number.isInteger(retryAfter)).toBe(true)
    await expect(orthanc.qido(SERVERS.pacs, '/studies')).rejects.toThrow('Orthanc answered 500')
    expect(origins.pacs.tally.requests).toBe(before)

    await issuer.start()
    await until(async () => (await ask(world)).status === 200)
    await roundTrip(orthanc, SERVERS.pacs, study)
    expect(origins.pacs.tally).toMatchObject({ unauthenticated: 0, severalAuthorizations: 0 })
    expect(origins.pacs.tally.refused).toEqual({})
  },
  LIMIT,
)

/** One query after the other. @returns all of them, the last being the one that was looked for */
async function askUntil(world: HospitalWorld, found: (asked: Asked) => boolean): Promise<readonly Asked[]> {
  const all: Asked[] = []
  for (;;) {
    const asked = await ask(world)
    all.push(asked)
    if (found(asked)) return all
  }
}
