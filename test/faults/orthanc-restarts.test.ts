import { expect } from 'vitest'
import { LOOK, orthancFault, orthancWorld } from './support/orthanc-world.ts'
import { until } from './support/until.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

orthancFault('ORT-F1', 'after a restart of Orthanc the definitions are back', async (seen) => {
  await using world = await orthancWorld({ servers: ['cloud', 'archive'] })
  const { orthanc, look } = world
  await until(() => world.leadsToBridge('archive'))
  await orthanc.kill()
  await look()
  await orthanc.start()
  const after = Object.keys(await orthanc.servers())
  await look()
  const back = await Promise.all(['cloud', 'archive'].map(world.leadsToBridge))
  await orthanc.qido('cloud', '/studies')
  expect(after).toEqual([])
  expect(back).toEqual([true, true])
  expect(world.origin.requests.length).toBe(1)
  seen(
    `restarted: Orthanc knew ${after.length} of them, ${LOOK / SECOND} s later ${back.filter(Boolean).length}, and a query came through (${world.origin.requests.length})`,
  )
})

orthancFault(
  'ORT-F1',
  'Orthanc is looked at every 5 s, and all definitions gone is a restart that nobody saw',
  async (seen) => {
    await using world = await orthancWorld({ servers: ['cloud', 'archive'] })
    const { orthanc, front, look, pass } = world
    await look() // an Orthanc that has just been found is looked at sooner
    const calls = () => front.requests.length
    await orthanc.json('/dicom-web/servers/cloud', { method: 'DELETE' })
    await orthanc.json('/dicom-web/servers/archive', { method: 'DELETE' })
    const before = calls()
    await pass(LOOK - 1)
    const early = calls() - before
    await pass(1)
    const then = calls() - before
    const back = await Promise.all(['cloud', 'archive'].map(world.leadsToBridge))
    expect(early).toBe(0)
    expect(then).toBeGreaterThan(0)
    expect(back).toEqual([true, true])
    seen(`both gone: ${early} calls in ${LOOK - 1} ms, ${then} at ${LOOK} ms, then ${back.filter(Boolean).length} back`)
  },
)

const TEMPLATE = { Url: 'http://127.0.0.1:9/template/', HasDelete: true }

orthancFault('ORT-F1', "the template's Url back in Orthanc is a restart", async (seen) => {
  await using world = await orthancWorld({ servers: ['cloud', 'archive'], definitions: { cloud: TEMPLATE } })
  const { orthanc, look } = world
  await until(() => world.leadsToBridge('archive'))
  await look()
  await orthanc.json('/dicom-web/servers/cloud', { method: 'PUT', body: TEMPLATE })
  const { Url: before } = (await world.definition('cloud')) ?? {}
  await look()
  expect(before).toBe(TEMPLATE.Url)
  expect(await world.leadsToBridge('cloud')).toBe(true)
  seen(`the template's Url ${before}, ${LOOK / SECOND} s later ${(await world.definition('cloud'))?.Url}`)
})

const DELETED = 'deleted by an administrator'

orthancFault('ORT-F4', 'one of several that is gone stays away, and status says so', async (seen) => {
  await using world = await orthancWorld({ servers: ['cloud', 'archive'] })
  const { orthanc, look } = world
  await until(() => world.leadsToBridge('archive'))
  await look()
  await orthanc.json('/dicom-web/servers/archive', { method: 'DELETE' })
  await look((20 * MINUTE) / LOOK)
  const left = Object.keys(await orthanc.servers())
  const states = await Promise.all(['cloud', 'archive'].map(async (name) => (await world.registration(name)).state))
  expect(left).toEqual(['cloud'])
  expect(states).toEqual(['registered', DELETED])
  seen(`20 min later Orthanc knows ${left}; status: cloud ${states[0]}, archive ${states[1]}`)
})

for (const { minutes, stays } of [
  { minutes: 9, stays: true },
  { minutes: 11, stays: false },
]) {
  orthancFault(
    'ORT-F4',
    `one that vanishes again after ${minutes} min ${stays ? 'stays away' : 'is registered again'}`,
    async (seen) => {
      await using world = await orthancWorld()
      const { orthanc, look } = world
      await look()
      await orthanc.json('/dicom-web/servers/cloud', { method: 'DELETE' })
      await look()
      const first = await world.leadsToBridge('cloud')
      await look((minutes * MINUTE) / LOOK)
      await orthanc.json('/dicom-web/servers/cloud', { method: 'DELETE' })
      await look(2)
      const second = await world.leadsToBridge('cloud')
      const { state } = await world.registration('cloud')
      expect([first, second]).toEqual([true, !stays])
      expect(state).toBe(stays ? DELETED : 'registered')
      seen(`gone again after ${minutes} min: ${second ? 'there' : 'not there'}, ${state}`)
    },
  )
}
