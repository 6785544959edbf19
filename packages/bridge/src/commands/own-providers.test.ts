import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startFaultServer, startIssuer, temporaryFolder } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { CLIENT_LOGIN, configurationFile, serverKeys, startServersApi } from '../bridge.fixture.ts'
import { ownProviders } from './own-providers.ts'
import { run, serve } from './serve.fixture.ts'

/** A module as somebody else would write it. */
const ACME = `
  export const createAuthorizer = async ({ providerOptions }, { managers }) => {
    const authorization = { headers: { authorization: 'Acme ' + providerOptions().ticket }, answered: () => undefined }
    const acquire = async () => ({ sent: { wall: Date.now(), monotonic: performance.now() }, lifetime: 60_000 })
    return { authorize: async () => authorization, body: 'nothing', credentials: managers.for({ name: 'acme', cacheKey: 'acme', acquire }) }
  }
`

describe('--provider', () => {
  test('brings a provider, which gets its ProviderOptions as they are', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'acme.mjs')
    await writeFile(file, ACME)
    await using orthanc = await startServersApi()
    await using origin = await startFaultServer()
    const pacs = { Url: origin.url, ProviderType: 'Acme', ProviderOptions: { ticket: 'of-acme' } }
    await using configuration = await configurationFile({ pacs }, orthanc.url)
    await using served = await serve(configuration.path, '--provider', `acme=${file}`)
    const answered = await fetch(`${served.dataUrl}/pacs/studies`, { headers: { Authorization: CLIENT_LOGIN } })
    expect(answered.status).toBe(200)
    expect(origin.requests[0]?.values('authorization')).toEqual(['Acme of-acme'])
  })

  test('is the only way: a configuration loads no code', async () => {
    await using issuer = await startIssuer()
    await using orthanc = await startServersApi()
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'acme.mjs'), ACME)
    const pacs = serverKeys('https://pacs.example', issuer, { ProviderType: join(folder.path, 'acme.mjs') })
    await using configuration = await configurationFile({ pacs }, orthanc.url)
    await using process = await run('serve', '--config', configuration.path)
    expect(await process.exited).toEqual({ code: 78, signal: null })
    expect(process.text).toContain('found an unknown provider')
  })

  test.each(['acme', '=./acme.mjs', 'acme=', '1=./acme.mjs', '../x=./acme.mjs'])(
    '%j is no name=file',
    async (given) => {
      await expect(ownProviders([given])).rejects.toMatchObject({ code: 'CFG-002', details: { option: '--provider' } })
    },
  )

  test('a file that is not there, and a module without createAuthorizer, are errors that say so', async () => {
    await expect(ownProviders(['acme=/nowhere/acme.mjs'])).rejects.toMatchObject({ code: 'CFG-102' })
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'empty.mjs')
    await writeFile(file, 'export const nothing = 1')
    await using orthanc = await startServersApi()
    const pacs = { Url: 'https://pacs.example', ProviderType: 'acme' }
    await using configuration = await configurationFile({ pacs }, orthanc.url)
    await using process = await run('serve', '--config', configuration.path, '--provider', `acme=${file}`)
    expect(await process.exited).toEqual({ code: 78, signal: null })
    expect(process.text).toContain('exports no function createAuthorizer')
  })
})
