import { Secret } from '@orthanc-oauth/core'
import type { SectionOptions } from '@orthanc-oauth/orthanc'
import { describe, expect, test } from 'vitest'
import { controlGuardOptions } from './control-guard-options.ts'

const section = (host: string, users: [string, Secret][] = []) =>
  ({ controlListen: { host, port: 9043 }, controlUsers: new Map(users) }) as unknown as SectionOptions

describe('BRG-F19: a control listener', () => {
  test.each(['0.0.0.0', '::', '10.0.0.1', 'bridge.hospital', '127.0.0.1.evil', 'x.localhost'])(
    'on %s without ControlUsers is refused',
    (host) => {
      expect(() => controlGuardOptions(section(host), () => {})).toThrow(expect.objectContaining({ code: 'CFG-104' }))
    },
  )

  test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost', 'LocalHost'])('on %s needs none', (host) => {
    expect(controlGuardOptions(section(host), () => {}).users).toBeUndefined()
  })

  test.each(['0.0.0.0', '127.0.0.1'])('on %s asks for those there are', async (host) => {
    const { users } = controlGuardOptions(section(host, [['admin', new Secret('x')]]), () => {})
    expect([await users?.admits(undefined), await users?.admits(`Basic ${btoa('admin:x')}`)]).toEqual([false, true])
  })
})
