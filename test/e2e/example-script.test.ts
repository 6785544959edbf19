import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { dicomFiles, startDicomWebOrigin, startEmbeddedDicomWeb, startIssuer } from '@orthanc-oauth/testing'
import { expect, test } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../../examples/script/studies.mjs', import.meta.url))
const BOUNDARY = 'boundary'

test('examples/script lists the studies of a server that accepts nothing but a valid token', async () => {
  await using issuer = await startIssuer()
  await using behind = await startEmbeddedDicomWeb()
  await using origin = await startDicomWebOrigin({ issuer, behind })
  const files = await dicomFiles()
  await store(behind.dicomWebUrl, files)
  const { clientId, clientSecret } = issuer.clients.client_secret_post
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT], {
    env: {
      PATH: process.env.PATH,
      TOKEN_ENDPOINT: issuer.tokenEndpoint,
      CLIENT_ID: clientId,
      CLIENT_SECRET: clientSecret,
      DICOMWEB_URL: origin.dicomWebUrl.replace(/\/$/, ''),
    },
  })
  const studies = new Set(files.map(({ studyInstanceUid }) => studyInstanceUid))
  expect(new Set(stdout.trim().split('\n'))).toEqual(studies)
  expect(stderr).toBe('')
  expect(origin.tally).toMatchObject({ requests: 1, unauthenticated: 0 })
  expect(origin.tally.refused).toEqual({})
  expect(issuer.tokenRequests).toHaveLength(1)
})

/** Past the protection: STOW-RS (DICOM PS3.18, 10.5). */
async function store(url: string, files: readonly { readonly bytes: Buffer }[]): Promise<void> {
  const head = `--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`
  const parts = files.flatMap(({ bytes }) => [head, bytes, '\r\n'])
  const answer = await fetch(`${url}studies`, {
    method: 'POST',
    headers: { 'content-type': `multipart/related; type="application/dicom"; boundary=${BOUNDARY}` },
    body: Buffer.concat([...parts, `--${BOUNDARY}--\r\n`].map((part) => Buffer.from(part))),
  })
  expect(answer.status).toBe(200)
}
