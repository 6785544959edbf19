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

  test.each(['localhost', 'issuer.localhost', '127.0.0.1', '127.1.2.3', '0x7f.1', '[::1]'])(
    'to this machine (%s) is allowed',
    async (host) => {
      await using files = await written(configurationText({ TokenEndpoint: `http://${host}:8080/token` }))
      expect((await files.read()).warnings).toEqual([])
    },
  )

  test.each(['127.0.0.1.example', 'localhost.example', '0.0.0.0', '[::]', '10.0.0.1', 'issuer'])(
    'NET-F9: to %s is no loopback',
    async (host) => {
      await using files = await written(configurationText({ TokenEndpoint: `http://${host}:8080/token` }))
      expect((await files.errors()).code).toBe('CFG-104')
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
