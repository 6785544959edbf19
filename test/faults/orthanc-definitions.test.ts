import { expect } from 'vitest'
import { orthancFault, orthancWorld } from './support/orthanc-world.ts'
import { until } from './support/until.ts'

/** As an administrator has it before the bridge comes, with everything that a definition can hold. */
const TEMPLATE = {
  Url: 'http://127.0.0.1:9/template/',
  Username: 'of-the-template',
  Password: 'the-password-of-the-template',
  HttpHeaders: { 'X-Api-Key': 'the-key-of-the-template', Authorization: 'Bearer put-there-by-hand' },
  HasDelete: true,
  ChunkedTransfers: false,
  Timeout: 77,
  'of-the-hospital': 'kept',
}

orthancFault('ORT-F6', 'at shutdown the template goes back and what had none is removed', async (seen) => {
  await using world = await orthancWorld({ servers: ['cloud', 'archive'], definitions: { cloud: TEMPLATE } })
  const { orthanc, bridge } = world
  await until(() => world.leadsToBridge('archive'))
  await bridge[Symbol.asyncDispose]()
  const left = await orthanc.servers()
  const { Url, HasDelete, HttpHeaders, Username } = left.cloud ?? {}
  expect(Object.keys(left)).toEqual(['cloud'])
  expect({ Url, HasDelete, HttpHeaders, Username }).toEqual({
    Url: TEMPLATE.Url,
    HasDelete: '1',
    HttpHeaders: ['X-Api-Key'],
    Username: TEMPLATE.Username,
  })
  seen(`left: ${Object.keys(left)} at ${Url}, user ${Username}, headers ${HttpHeaders}; archive: ${left.archive}`)
})

orthancFault(
  'ORT-F6',
  'a definition that only Orthanc knew is removed, because its secrets cannot be put back',
  async (seen) => {
    await using world = await orthancWorld({ definitions: { cloud: TEMPLATE }, sharedFile: false })
    await until(() => world.leadsToBridge('cloud'))
    await world.bridge[Symbol.asyncDispose]()
    const left = Object.keys(await world.orthanc.servers())
    expect(left).toEqual([])
    seen(`known from Orthanc alone: ${left.length} definitions left`)
  },
)

for (const sharedFile of [true, false]) {
  orthancFault(
    'ORT-F8',
    `what a definition ${sharedFile ? 'in the file' : 'in Orthanc'} says of the server carries over`,
    async (seen) => {
      await using world = await orthancWorld({ definitions: { cloud: TEMPLATE }, sharedFile })
      const { orthanc, origin } = world
      await until(() => world.leadsToBridge('cloud'))
      const ours = (await world.definition('cloud')) ?? {}
      const { HasDelete, ChunkedTransfers, Timeout, 'of-the-hospital': own } = ours
      await orthanc.deleteRemoteStudy('cloud', '1.2.3')
      const [request] = await origin.seen(1)
      const key = request?.values('x-api-key')
      expect({ HasDelete, ChunkedTransfers, Timeout, own }).toEqual({
        HasDelete: '1',
        ChunkedTransfers: '0',
        Timeout: 77,
        own: 'kept',
      })
      expect(ours.Username).not.toBe(TEMPLATE.Username)
      expect(ours.HttpHeaders).toEqual([])
      expect(request?.method).toBe('DELETE')
      expect(key).toEqual(sharedFile ? [TEMPLATE.HttpHeaders['X-Api-Key']] : [])
      expect(request?.values('authorization')).toEqual(['Bearer opaque'])
      seen(
        `HasDelete ${HasDelete}, ChunkedTransfers ${ChunkedTransfers}, Timeout ${Timeout}, of-the-hospital ${own}; ${request?.method} came through, its X-Api-Key ${key?.length ? 'sent by the bridge' : 'not known'}`,
      )
    },
  )
}
