import { expectNoCanary, orthancAvailable } from '@orthanc-oauth/testing'
import { expect, test } from 'vitest'
import { SERVERS, startHospitalWorld, TOKEN_LIFETIME } from '../support/hospital-world.ts'
import { deletion, REQUESTS_OF_A_DELETION, REQUESTS_OF_A_ROUND_TRIP, roundTrip } from '../support/round-trip.ts'
import { type Study, studies } from '../support/study.ts'

/** How long requests go on: 20 in `npm test`, 60 in `npm run verify`. */
const SECONDS = Number(process.env.E2E_SECONDS ?? 20)
/** Milliseconds for all that is started, and for the round trips under way when the time is over. */
const AROUND = 90_000
/** Round trips at a time: one more than Orthanc runs jobs at once. */
const WORKERS = 3

test.skipIf(!orthancAvailable())(
  `STOW, QIDO, WADO and DELETE for ${SECONDS} s with tokens of ${TOKEN_LIFETIME / 1_000} s: no request fails, none is without a token, and no token reaches Orthanc`,
  async () => {
    const all = await studies() // before the issuer is there: it shares this thread
    await using world = await startHospitalWorld()
    const { origins, orthanc, issuer } = world
    const end = performance.now() + SECONDS * 1_000
    let trips = 0
    const work = async (own: readonly Study[]) => {
      for (let index = 0; performance.now() < end; index += 1) {
        const study = own[index % own.length] as Study
        await roundTrip(orthanc, SERVERS.pacs, study)
        await roundTrip(orthanc, SERVERS.archive, study)
        await deletion(orthanc, SERVERS.archive, study)
        trips += 1
      }
    }
    await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(everyNth(all, WORKERS, worker))))

    expect(trips).toBeGreaterThanOrEqual(WORKERS)
    expect(origins.pacs.tally.requests).toBe(trips * REQUESTS_OF_A_ROUND_TRIP)
    expect(origins.archive.tally.requests).toBe(trips * (REQUESTS_OF_A_ROUND_TRIP + REQUESTS_OF_A_DELETION))
    for (const { tally } of Object.values(origins)) {
      expect(tally).toMatchObject({ unauthenticated: 0, severalAuthorizations: 0 })
      expect(tally.refused).toEqual({})
      expect(tally.tokens.size).toBeGreaterThanOrEqual(Math.floor((SECONDS * 1_000) / TOKEN_LIFETIME))
    }
    expect(issuer.tokenRequests.every(({ status }) => status === 200)).toBe(true)

    const token = issuer.tokenRequests.flatMap((request) => request.token ?? [])
    expect(orthanc.log).toMatch(/^> POST \/pacs\/studies HTTP/m) // so the headers of its requests would be there
    expect(orthanc.log).not.toMatch(/bearer/i)
    expectNoCanary(orthanc.log, { token })
    expectNoCanary(JSON.stringify(await orthanc.servers()), { token })
  },
  SECONDS * 1_000 + AROUND,
)

function everyNth<T>(items: readonly T[], n: number, first: number): readonly T[] {
  return items.filter((_, index) => index % n === first)
}
