import { refusingPort } from '@orthanc-oauth/testing'
import { expect, test } from 'vitest'
import { get, startProxy } from './proxy.fixture.ts'

test('PRC-F6: what goes wrong while something that went wrong is told ends one exchange, not the process', async () => {
  await using port = await refusingPort()
  await using proxy = await startProxy(`http://127.0.0.1:${port.port}`)
  proxy.events.once('failed', () => {
    proxy.events.once('failed', () => {
      throw new Error('A listener that fails')
    })
    throw new Error('A listener that fails')
  })
  await expect(get(`${proxy.url}/pacs/studies`)).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect((await get(`${proxy.url}/pacs/studies`)).status).toBe(502)
})
