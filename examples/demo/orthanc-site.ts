import { type DicomWebOrigin, type Issuer, startOrthanc, temporaryFolder } from '@orthanc-oauth/testing'
import { orthancHospital } from './orthanc-hospital.ts'
import { SERVER, sectionOf } from './section.ts'
import { startServe } from './serve.ts'
import type { Site } from './site.ts'

/** A real Orthanc; the bridge reads Orthanc's own configuration, and registers itself there. */
export async function startOrthancSite(issuer: Issuer, origin: DicomWebOrigin): Promise<Site> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const section = await sectionOf(folder, issuer, origin)
  const orthanc = stack.use(await startOrthanc({ configuration: { DicomWebOAuth: section } }))
  const bridge = stack.use(await startServe(orthanc.configurationFile, folder))
  await bridge.process.output(/Definition in Orthanc: registered/)
  const { url, username, password } = orthanc
  const owned = stack.move()
  return {
    hospital: orthancHospital(orthanc, SERVER),
    bridge,
    visit: `${url}/app/explorer.html   user ${username}, password ${password}`,
    curl: `curl -u ${username}:${password} ${url}/dicom-web/servers/${SERVER}/get -d '{"Uri":"/studies"}'`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
