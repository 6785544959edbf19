import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createBridge } from '@orthanc-oauth/bridge'
import { matchServer, readConfiguration } from '@orthanc-oauth/orthanc'
import { startFaultServer, temporaryFolder } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { LOGIN, writeConfiguration } from './support/bridge-configuration.ts'
import { ask } from './support/client.ts'
import { fault } from './support/fault.ts'
import { tokenAnswer } from './support/token-answers.ts'
import { failureOf } from './support/token-world.ts'

const GOOD = { server: 'https://pacs.example/dicom-web', tokenEndpoint: 'https://issuer.example/token' }

/** What createBridge() says of Orthanc's configuration as it is written. */
async function complaintOf(text: string): Promise<{ code: string; message: string }> {
  await using folder = await temporaryFolder()
  const configuration = join(folder.path, 'orthanc.json')
  await writeFile(configuration, text)
  const { code, message } = await failureOf(createBridge({ configuration, env: {} }))
  return { code, message: message.replaceAll(`${folder.path}/`, '') }
}

const server = (more = '', url = 'https://pacs.example/dicom-web') =>
  `{ "Url": "${url}", "TokenEndpoint": "https://issuer.example/token", "ClientId": "a", "ClientSecret": "b"${more} }`

for (const { what, text, complaint } of [
  {
    what: 'in a server',
    text: `{ "DicomWebOAuth": { "Servers": { "cloud": ${server(', "ClientSecrets": "x"')} } } }`,
    complaint:
      'orthanc.json:1: DicomWebOAuth.Servers.cloud.ClientSecrets: found an unknown key, expected a known key; nearest: ClientSecret',
  },
  {
    what: 'in the section',
    text: `{\n  "DicomWebOAuth": {\n    "Lisen": "127.0.0.1:0",\n    "Servers": { "cloud": ${server()} }\n  }\n}`,
    complaint: 'orthanc.json:3: DicomWebOAuth.Lisen: found an unknown key, expected a known key; nearest: Listen',
  },
  {
    what: 'in an object within',
    text: `{ "DicomWebOAuth": { "Servers": { "cloud": ${server(', "ResilienceConfig": { "RetryMaxAttempt": 2 }')} } } }`,
    complaint:
      'orthanc.json:1: DicomWebOAuth.Servers.cloud.ResilienceConfig.RetryMaxAttempt: found an unknown key, expected a known key; nearest: RetryMaxAttempts',
  },
]) {
  fault('CFG-F5', `an unknown key ${what} is named, with the nearest known one`, async (seen) => {
    const { code, message } = await complaintOf(text)
    expect(code).toBe('CFG-100')
    expect(message).toBe(complaint)
    seen(`${code} ${message}`)
  })
}

for (const key of ['__proto__', 'constructor', 'prototype']) {
  fault('CFG-F5', `${key} is no key, and changes no prototype`, async (seen) => {
    const { code, message } = await complaintOf(
      `{ "DicomWebOAuth": { "Servers": { "cloud": ${server(`, "${key}": { "AllowInsecureHttp": true }`)} } } }`,
    )
    expect(code).toBe('CFG-100')
    expect(message).toContain(`DicomWebOAuth.Servers.cloud.${key}: found`)
    expect('AllowInsecureHttp' in {}).toBe(false)
    seen(`${key}: ${code}`)
  })
}

fault('CFG-F7', 'a name twice is an error', async (seen) => {
  const { code, message } = await complaintOf(
    `{ "DicomWebOAuth": { "Servers": {\n "cloud": ${server()},\n "cloud": ${server('', 'https://other.example')} } } }`,
  )
  expect(code).toBe('CFG-105')
  expect(message).toMatch(/^orthanc\.json:3: DicomWebOAuth\.Servers\.cloud: found/)
  seen(`${code} ${message}`)
})

for (const twin of [
  'https://pacs.example/dicom-web',
  'https://PACS.example:443/dicom-web/',
  'https://pacs.example/x/../dicom-web',
]) {
  fault('CFG-F7', `the prefix of another server again, written ${twin}, is an error`, async (seen) => {
    const { code, message } = await complaintOf(
      `{ "DicomWebOAuth": { "Servers": {\n "cloud": ${server()},\n "twin": ${server('', twin)} } } }`,
    )
    expect(code).toBe('CFG-105')
    expect(message).toMatch(/^orthanc\.json:3: DicomWebOAuth\.Servers\.twin/)
    seen(`${twin}: ${code}`)
  })
}

for (const { url, name } of [
  { url: 'https://pacs.example/dicom-web/studies', name: 'cloud' },
  { url: 'https://pacs.example/dicom-web/research/studies', name: 'research' },
  { url: 'https://pacs.example/dicom-web/research', name: 'research' },
  { url: 'https://pacs.example/dicom-web/researchers/studies', name: 'cloud' },
  { url: 'https://pacs.example/dicom-webs', name: undefined },
  { url: 'https://pacs.example.evil/dicom-web/studies', name: undefined },
  { url: 'http://pacs.example/dicom-web/studies', name: undefined },
]) {
  fault('CFG-F7', `of overlapping prefixes the longest of whole segments has ${url}`, async (seen) => {
    await using folder = await temporaryFolder()
    const servers = { research: { Url: `${GOOD.server}/research` } }
    const { servers: read } = await readConfiguration(await writeConfiguration(folder.path, { ...GOOD, servers }), {
      env: {},
    })
    const match = matchServer(read, url)?.name
    expect(match).toBe(name)
    seen(`${url}: ${match ?? 'nobody'}`)
  })
}

const BYTE_ORDER_MARK = '\ufeff'

fault(
  'CFG-F8',
  'comments, trailing commas and a byte-order mark are read, in a file and in a folder of files',
  async (seen) => {
    await using issuer = await startFaultServer()
    issuer.always(tokenAnswer())
    await using origin = await startFaultServer()
    await using folder = await temporaryFolder()
    const section = `{
    // Orthanc reads the comments of C++,
    /* and those of C, */
    "Listen": "127.0.0.1:0", "ControlListen": "127.0.0.1:0",
    "ClientUsername": "viewer", "ClientPassword": "the-password-of-the-viewer",
    "Orthanc": { "Url": "http://127.0.0.1:9/", },
    "_comment": "no key of ours",
    "Servers": { "cloud": {
      "Url": "${origin.url}/dicom-web", // where "quoted" // is no comment
      "TokenEndpoint": "${issuer.url}/token", "ClientId": "orthanc", "ClientSecret": "a-/*secret*/",
    }, },
  }`
    const file = join(folder.path, 'one.json')
    await writeFile(file, `${BYTE_ORDER_MARK}{ "Name": "Orthanc", "DicomWebOAuth": ${section}, }`)
    const several = join(folder.path, 'several')
    await mkdir(several)
    await writeFile(join(several, '1-orthanc.json'), `${BYTE_ORDER_MARK}{ "Name": "Orthanc", } // nothing of ours`)
    await writeFile(join(several, '2-oauth.json'), `{ "DicomWebOAuth": ${section} }`)
    await writeFile(join(several, 'README.md'), 'not a configuration')
    for (const configuration of [file, several]) {
      await using bridge = await createBridge({ configuration, env: {} })
      await bridge.start()
      const { status } = await ask(`${bridge.dataUrl}/cloud/studies`, { headers: { authorization: LOGIN } })
      const secret = new URLSearchParams(issuer.requests.at(-1)?.text()).get('client_secret')
      expect(status).toBe(200)
      expect(secret).toBe('a-/*secret*/')
      seen(`${configuration === file ? 'a file' : 'a folder of two'}: ${status}`)
    }
  },
)
