import { Secret } from '@orthanc-oauth/core'
import { leaks } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { proxyFor } from './proxy-for.ts'

const proxied = (url: string, env: Record<string, string> = {}, configured?: string) =>
  proxyFor(new URL(url), configured === undefined ? undefined : new Secret(configured), env)?.href

const OWN = 'http://own:3128/'
const ENV = { HTTPS_PROXY: 'http://env:3128' }

describe('proxyFor', () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ['https://pacs.example/', {}, undefined],
    ['https://pacs.example/', ENV, 'http://env:3128/'],
    ['https://pacs.example/', { https_proxy: 'http://lower:1', ...ENV }, 'http://lower:1/'],
    ['https://pacs.example/', { HTTPS_PROXY: '', ALL_PROXY: 'http://all:1' }, 'http://all:1/'],
    ['https://pacs.example/', { HTTPS_PROXY: 'env:3128' }, 'http://env:3128/'],
    ['https://pacs.example/', { HTTP_PROXY: 'http://env:3128' }, undefined],
    ['http://pacs.example/', { HTTP_PROXY: 'http://env:3128' }, 'http://env:3128/'],
    ['http://pacs.example/', ENV, undefined],
  ])('%s with %j goes through %s', (url, env, expected) => {
    expect(proxied(url, env)).toBe(expected)
  })

  test('what is configured beats the environment', () => {
    expect(proxied('https://pacs.example/', ENV, 'http://own:3128')).toBe(OWN)
  })

  test.each(['http://localhost:1/', 'https://localhost/', 'http://127.0.0.1/', 'https://127.9.9.9/', 'http://[::1]/'])(
    '%s is this machine: no proxy, whoever names one, would lead there',
    (url) => {
      expect(proxied(url, { ...ENV, ALL_PROXY: 'http://all:1' }, OWN)).toBeUndefined()
    },
  )

  test.each<[string, string, boolean]>([
    ['*', 'https://pacs.example/', true],
    ['pacs.example', 'https://pacs.example/', true],
    ['pacs.example', 'https://deep.pacs.example/', true],
    ['.example', 'https://pacs.example/', true],
    ['*.example', 'https://pacs.example/', true],
    ['acs.example', 'https://pacs.example/', false],
    ['PACS.example', 'https://pacs.EXAMPLE/', true],
    ['other, pacs.example', 'https://pacs.example/', true],
    ['other pacs.example', 'https://pacs.example/', true],
    [',,', 'https://pacs.example/', false],
    ['pacs.example:8443', 'https://pacs.example:8443/', true],
    ['pacs.example:8443', 'https://pacs.example/', false],
    ['pacs.example:443', 'https://pacs.example/', true],
    ['10.0.0.0/8', 'https://10.200.3.4/', true],
    ['10.0.0.0/8', 'https://11.0.0.1/', false],
    ['10.0.0.0/99', 'https://10.0.0.1/', false],
    ['10.0.0.0/8', 'https://10.example/', false],
    ['10.0.0.1', 'https://10.0.0.1/', true],
    ['0.1', 'https://10.0.0.1/', false],
    ['fd00::/8', 'https://[fd00::7]/', true],
    ['[fd00::7]:443', 'https://[fd00::7]/', true],
    ['[fd00::7]:444', 'https://[fd00::7]/', false],
    ['fd00::7', 'https://[fd00::7]/', true],
  ])('NO_PROXY=%s exempts %s: %s', (noProxy, url, exempt) => {
    expect(proxied(url, { ...ENV, NO_PROXY: noProxy }) === undefined).toBe(exempt)
    expect(proxied(url, { no_proxy: noProxy }, OWN) === undefined).toBe(exempt)
  })

  test.each([
    'socks5://s3cret@proxy:1080',
    'http://user:s3cret@proxy:1080/path',
    'http://user:s3cret%zz@proxy:1080',
    'http://user:s3cret%E9@proxy:1080',
    's3cret',
    'http://',
  ])('what is no proxy is an error that shows nothing of it', (value) => {
    for (const [env, configured, option] of [
      [{}, value, 'httpProxy'],
      [{ HTTPS_PROXY: value.includes(':') ? value : 'http://a b' }, undefined, 'HTTPS_PROXY'],
    ] as const)
      try {
        proxied('https://pacs.example/', env, configured)
        expect.unreachable()
      } catch (error) {
        expect(error).toMatchObject({ code: 'CFG-002', details: { option } })
        expect(leaks(error, ['s3cret'])).toEqual([])
      }
  })
})
