import { answer, type Behaviour, type LaunchedOrthanc } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { orthancFault, orthancWorld } from './support/orthanc-world.ts'

const SECOND = 1000
const STEP = 100

for (const status of [401, 403]) {
  orthancFault(
    'ORT-F2',
    `Orthanc's ${status} to a PUT is said clearly, and asked again with growing pauses`,
    async (seen) => {
      const refusal = answer({ status })
      await using world = await orthancWorld({ puts: () => [refusal, refusal, refusal] })
      const { front, pass } = world
      const puts = () => front.requests.filter(({ method }) => method === 'PUT').length
      const { state, error } = await world.registration('cloud')
      const pauses: number[] = []
      while (puts() < 4) {
        const before = puts()
        let pause = 0
        for (; puts() === before; pause += STEP) await pass(STEP)
        pauses.push(pause / SECOND)
      }
      const { state: later } = await world.registration('cloud')
      expect({ state, code: error?.error_code }).toEqual({ state: 'failed', code: 'AUTH-100' })
      expect(error?.message).toContain(`${status}`)
      expect(error?.message).toContain('PUT')
      expect(pauses).toEqual([1, 2, 4])
      expect(later).toBe('registered')
      seen(
        `${error?.error_code} ${error?.message.replace(/http:\S*\/\/[^/]*/, '')}; asked again after ${pauses.join(', ')} s, then ${later}`,
      )
    },
  )
}

/** Orthanc does what it is told, and nobody hears that it has. */
function takenButUnanswered(orthanc: LaunchedOrthanc): Behaviour {
  return async (exchange) => {
    await exchange.readBody()
    const { method, target } = exchange.request
    await orthanc.json(target, { method, body: exchange.request.text() })
    await exchange.untilGone()
  }
}

orthancFault(
  'ORT-F3',
  'a PUT that timed out, though Orthanc took it, is repeated and changes nothing',
  async (seen) => {
    await using world = await orthancWorld({ puts: (orthanc) => [takenButUnanswered(orthanc)] })
    const { front, orthanc, look } = world
    const { state: before, error } = await world.registration('cloud')
    const taken = await orthanc.servers()
    await look()
    const repeated = await orthanc.servers()
    const { state: after } = await world.registration('cloud')
    const bodies = front.requests.filter(({ method }) => method === 'PUT').map((put) => put.bodySha256)
    await orthanc.qido('cloud', '/studies')
    expect(error?.error_code).toBe('NET-100')
    expect(bodies.length).toBe(2)
    expect(new Set(bodies).size).toBe(1)
    expect(repeated).toEqual(taken)
    expect(await world.leadsToBridge('cloud')).toBe(true)
    expect(after).toBe('registered')
    expect(world.origin.requests.length).toBe(1)
    seen(
      `first ${before} (${error?.error_code}), then ${bodies.length} PUTs, ${new Set(bodies).size} content: ${after}, ${Object.keys(repeated).length} definition, a query came through (${world.origin.requests.length})`,
    )
  },
)
