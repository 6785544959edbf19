import { describe, expect, test } from 'vitest'
import { configurationText, lineOf, written } from './written.fixture.ts'

describe('http', () => {
  test.each(['Url', 'TokenEndpoint', 'Issuer'])(
    'NET-F9: beyond loopback is refused for %s when the configuration is read',
    async (key) => {
      const text = configurationText({ [key]: 'http://other.example/path' })
      await using files = await written(text)
      const { errors } = await files.errors()
      expect(errors).toMatchObject([
        {
          code: 'CFG-104',
          details: {
            path: `DicomWebOAuth.Servers.pacs.${key}`,
            line: lineOf(text, `"${key}"`),
            found: 'http to another machine',
            expected: 'https, or AllowInsecureHttp: true for this server, where that network is trusted',
          },
        },
      ])
    },
  )

  test.each(['Url', 'TokenEndpoint', 'Issuer'])(
    'NET-F9: beyond loopback is warned of for %s where the server allows it',
    async (key) => {
      await using files = await written(
        configurationText({ [key]: 'http://other.example/path', AllowInsecureHttp: true }),
      )
      const { warnings, servers } = await files.read()
      expect(servers[0]?.allowInsecureHttp).toBe(true)
      expect(warnings).toMatchObject([
        {
          server: 'pacs',
          message: expect.stringContaining('http to another machine'),
          location: { path: `DicomWebOAuth.Servers.pacs.${key}` },
        },
      ])
    },
  )

  test.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.1.2.3', '0x7f.1', '[::1]'])(
    'to this machine (%s) is allowed',
    async (host) => {
      await using files = await written(configurationText({ TokenEndpoint: `http://${host}:8080/token` }))
      expect((await files.read()).warnings).toEqual([])
    },
  )

  test.each(['127.0.0.1.example', 'localhost.example', 'issuer.localhost', '0.0.0.0', '[::]', '10.0.0.1', 'issuer'])(
    'NET-F9: to %s is no loopback',
    async (host) => {
      await using files = await written(configurationText({ TokenEndpoint: `http://${host}:8080/token` }))
      expect((await files.errors()).code).toBe('CFG-104')
    },
  )

  test.each(['0.0.0.0:9042', '[::]:9042', '10.0.0.1:9042', 'bridge:9042', 'bridge.localhost:9042'])(
    'a data listener on %s is warned of, and so is that Orthanc is not told how to reach it by TLS',
    async (Listen) => {
      const warned = async (section: Readonly<Record<string, unknown>>) => {
        await using files = await written(configurationText({}, section))
        return (await files.read()).warnings.map(({ message, location }) => [location.path, message])
      }
      const clear = ['DicomWebOAuth.Listen', expect.stringContaining('passwords and patient data can be read')]
      const untold = ['DicomWebOAuth.Advertise', expect.stringContaining('is not given')]
      expect(await warned({ Listen })).toEqual([clear, untold])
      expect(await warned({ Listen, Advertise: 'https://bridge.example' })).toEqual([clear])
    },
  )

  test.each(['127.0.0.1:9042', '127.1.2.3:0', '[::1]:9042', 'localhost:9042'])(
    'a data listener on %s is nothing to warn of',
    async (Listen) => {
      await using files = await written(configurationText({}, { Listen }))
      expect((await files.read()).warnings).toEqual([])
    },
  )

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['Advertise', { Advertise: 'http://bridge:9042' }],
    ['Orthanc.Url', { Orthanc: { Url: 'http://orthanc:8042' } }],
  ])('to Orthanc and from it is allowed and warned of: %s', async (key, section) => {
    await using files = await written(configurationText({}, section))
    expect((await files.read()).warnings).toMatchObject([{ location: { path: `DicomWebOAuth.${key}` } }])
  })
})
