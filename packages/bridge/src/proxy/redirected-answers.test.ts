import { answer, redirect, startFaultServer } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { connectionsTo, get, startProxy } from './proxy.fixture.ts'

describe('BRG-F16: a redirect', () => {
  test.each([301, 302, 303, 307, 308] as const)(
    '%i to another origin is neither followed nor passed on',
    async (status) => {
      await using origin = await startFaultServer()
      await using elsewhere = await startFaultServer()
      origin.always(redirect(`${elsewhere.url}/dicom-web/studies?signature=canary`, status))
      await using proxy = await startProxy(`${origin.url}/dicom-web`)
      const got = await get(`${proxy.url}/pacs/studies`)
      expect([got.status, got.headers.location]).toEqual([502, undefined])
      expect(JSON.parse(got.body.toString())).toMatchObject({ error_code: 'NET-101' })
      expect(got.body.toString()).not.toContain('canary')
      expect(await connectionsTo(elsewhere)).toBe(0)
      await origin.requests[0]?.closed
    },
  )

  test('to the same server leads through the bridge', async () => {
    await using origin = await startFaultServer()
    origin.next(redirect(`${origin.url}/dicom-web/studies/?limit=1`, 308))
    await using proxy = await startProxy(`${origin.url}/dicom-web`)
    const { status, headers } = await get(`${proxy.url}/pacs/studies`)
    expect([status, headers.location]).toEqual([308, '/pacs/studies/?limit=1'])
    expect(origin.requests).toHaveLength(1)
  })

  test('a Location that is none, of a 201, stays as it is', async () => {
    await using origin = await startFaultServer()
    origin.next(answer({ status: 201, headers: { location: 'https://elsewhere/1' } }))
    await using proxy = await startProxy(origin.url)
    expect((await get(`${proxy.url}/pacs/studies`, { method: 'POST' })).headers.location).toBe('https://elsewhere/1')
  })
})
