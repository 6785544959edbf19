import { describe, expect, test } from 'vitest'
import { dicomFiles } from '../dicom/dicom-files.ts'
import { multiFrame } from '../dicom/multi-frame.ts'
import { startIssuer } from '../issuer/issuer.ts'
import { orthancAvailable } from '../orthanc-launcher/find-orthanc.ts'
import { startOrthanc } from '../orthanc-launcher/start-orthanc.ts'
import { startDicomWebOrigin } from './dicomweb-origin.ts'

describe.skipIf(!orthancAvailable())('in front of a real Orthanc', () => {
  test('another Orthanc stores, finds and retrieves there with a valid token, and nothing without', async () => {
    await using issuer = await startIssuer()
    await using behind = await startOrthanc()
    await using origin = await startDicomWebOrigin({ issuer, behind })
    const { clientId, clientSecret } = issuer.clients.client_secret_post
    const answer = await fetch(issuer.tokenEndpoint, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      }),
    })
    const { access_token: token } = (await answer.json()) as { access_token: string }
    const Url = origin.dicomWebUrl
    await using client = await startOrthanc({
      servers: {
        authorised: { Url, HttpHeaders: { Authorization: `Bearer ${token}` }, HasDelete: true },
        anonymous: { Url },
      },
    })

    const files = [...(await dicomFiles()), await multiFrame()]
    const ids = []
    for (const { bytes } of files) ids.push(await client.upload(bytes))
    const hashes = await client.hashes()
    await expect(client.stow('anonymous', ids)).rejects.toThrow('/dicom-web/servers/anonymous/stow')
    expect(await behind.instances()).toEqual([])
    await client.stow('authorised', ids)
    expect(await behind.hashes()).toEqual(hashes)

    const studies = [...new Set(files.map(({ studyInstanceUid }) => studyInstanceUid))]
    expect(await client.qido('authorised', '/studies')).toHaveLength(studies.length)
    await client.deleteAll()
    await client.retrieve(
      'authorised',
      studies.map((Study) => ({ Study })),
    )
    expect(await client.hashes()).toEqual(hashes)

    expect(origin.tally).toMatchObject({ refused: { missing: 1 }, unauthenticated: 1 })
    expect([origin.tally.tokens.size, origin.tally.severalAuthorizations]).toEqual([1, 0])
    expect(origin.tally.bytesIn).toBeGreaterThan(50_000_000)
    expect(origin.tally.bytesOut).toBeGreaterThan(50_000_000)
  })
})
