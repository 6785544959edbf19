import { orthancAvailable } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { type HospitalWorld, SERVERS, startHospitalWorld } from '../support/hospital-world.ts'
import { roundTrip } from '../support/round-trip.ts'
import { type Study, studies } from '../support/study.ts'
import { until } from '../support/until.ts'

/** Milliseconds. */
const LIMIT = 120_000

const NAMES = Object.values(SERVERS)

describe.skipIf(!orthancAvailable())('killed and started again', () => {
  test(
    'Orthanc finds its definitions back, and requests work',
    async () => {
      const study = await firstStudy()
      await using world = await startHospitalWorld()
      const { orthanc } = world
      await orthanc.kill()
      await orthanc.start()
      await until(async () => leadToBridge(world, await orthanc.servers()))
      await worksAgain(world, study)
    },
    LIMIT,
  )

  test(
    'the bridge registers itself again, though the one before could take nothing back, and requests work',
    async () => {
      const study = await firstStudy()
      await using world = await startHospitalWorld()
      const { orthanc, bridge } = world
      bridge.process.signal('SIGKILL')
      await bridge.process.exited
      const stale = await orthanc.servers()
      expect(leadToBridge(world, stale)).toBe(true)
      await expect(orthanc.qido(SERVERS.pacs, '/studies')).rejects.toThrow('Orthanc answered 500')
      await world.startBridge()
      for (const name of NAMES) expect((await orthanc.servers())[name]?.Username).not.toBe(stale[name]?.Username)
      await worksAgain(world, study)
    },
    LIMIT,
  )
})

test.skipIf(!orthancAvailable())(
  'a bridge that is told to end takes its definitions back',
  async () => {
    await using world = await startHospitalWorld()
    world.bridge.process.signal('SIGTERM')
    expect(await world.bridge.process.exited).toEqual({ code: 0, signal: null })
    expect(await world.orthanc.servers()).toEqual({})
  },
  LIMIT,
)

async function firstStudy(): Promise<Study> {
  const [study] = await studies()
  if (study === undefined) throw new Error('There are no files')
  return study
}

/** Whether all definitions lead to the bridge that runs now. */
function leadToBridge(
  { bridge }: HospitalWorld,
  servers: Awaited<ReturnType<HospitalWorld['orthanc']['servers']>>,
): boolean {
  return NAMES.every((name) => servers[name]?.Url === `${bridge.dataUrl}/${name}/`)
}

async function worksAgain({ orthanc, origins }: HospitalWorld, study: Study): Promise<void> {
  for (const name of NAMES) await roundTrip(orthanc, name, study)
  for (const { tally } of Object.values(origins)) {
    expect(tally).toMatchObject({ unauthenticated: 0, severalAuthorizations: 0 })
    expect(tally.refused).toEqual({})
  }
}
