import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DicomWebOrigin, type Issuer, refusingPort, temporaryFolder } from '@orthanc-oauth/testing'
import { plainHospital } from './plain-hospital.ts'
import { SERVER, secretFile, sectionOf } from './section.ts'
import { startServe } from './serve.ts'
import type { Site } from './site.ts'

const CLIENT = 'viewer'
const PASSWORD_BYTES = 16

/** For machines without Orthanc: the demo comes to the bridge as a client that a person has set up. */
export async function startPlainSite(issuer: Issuer, origin: DicomWebOrigin): Promise<Site> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const nobody = stack.use(await refusingPort())
  const password = randomBytes(PASSWORD_BYTES).toString('hex')
  const section = {
    ...(await sectionOf(folder, issuer, origin)),
    ClientUsername: CLIENT,
    ClientPasswordFile: await secretFile(folder, 'client-password', password),
    // Nothing may be registered in an Orthanc of somebody else that happens to run here.
    Orthanc: { Url: `http://127.0.0.1:${nobody.port}/` },
  }
  const file = join(folder.path, 'orthanc.json')
  await writeFile(file, JSON.stringify({ DicomWebOAuth: section }, undefined, 2))
  const bridge = stack.use(await startServe(file, folder))
  const url = `${bridge.dataUrl}/${SERVER}`
  const login = `${CLIENT}:${password}`
  const owned = stack.move()
  return {
    hospital: plainHospital(url, `Basic ${btoa(login)}`),
    bridge,
    curl: `curl -u ${login} ${url}/studies`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
