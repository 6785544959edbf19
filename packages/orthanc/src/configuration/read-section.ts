import { Secret } from '@orthanc-oauth/core'
import { checkLaterSectionKeys } from './later-keys.ts'
import { nearest } from './nearest.ts'
import { present } from './present.ts'
import type { SectionValues } from './schema/section-schema.ts'
import { secretSource } from './secrets.ts'
import type { ListenAddress, LogLevel, SectionOptions } from './section-options.ts'
import type { Settings } from './settings.ts'
import { checkUrl, isLoopback, leavesInClear, withSlash } from './urls.ts'

/** `host:port`, an IPv6 address in brackets. */
const ADDRESS = /^(?<host>\[[\da-fA-F:.]+\]|[^:/@\s]+):(?<port>\d{1,5})$/
const HIGHEST_PORT = 65_535

/** The Python plugin's words, in any letter case, and what they are here. */
const LOG_LEVELS: Readonly<Record<string, LogLevel>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warn',
  ERROR: 'error',
}

/** What stands beside `Servers`. */
export async function readSection(settings: Settings<SectionValues>): Promise<SectionOptions> {
  const { values } = settings
  checkLaterSectionKeys(settings)
  const controlListen = address(settings, 'ControlListen')
  const controlUsers = new Map(
    Object.entries(values.ControlUsers).map(([name, password]) => [name, new Secret(password)]),
  )
  if (!isLoopback(controlListen.host) && controlUsers.size === 0)
    settings.report('CFG-104', 'ControlListen', {
      found: 'an address that other machines reach, and no ControlUsers',
      expected: 'ControlUsers with a name and a password, or an address of this machine alone such as 127.0.0.1:9043',
    })
  const clientPassword = await secretSource(settings, 'ClientPassword')
  if (values.ClientUsername && clientPassword === undefined)
    settings.missing(['ClientPassword', 'ClientPasswordFile'], 'the password of ClientUsername, or ClientPasswordFile')
  if (!values.ClientUsername && clientPassword !== undefined)
    settings.missing(['ClientUsername'], 'the user name that ClientPassword belongs to')
  return present({
    listen: address(settings, 'Listen'),
    advertise: advertised(settings, 'Advertise'),
    controlListen,
    controlAdvertise: advertised(settings, 'ControlAdvertise'),
    controlUsers,
    clientUsername: values.ClientUsername || undefined,
    clientPassword,
    rateLimit: { requests: values.RateLimitRequests, windowSeconds: values.RateLimitWindowSeconds },
    enableMetrics: values.EnableMetrics,
    logLevel: logLevel(settings),
  })
}

function address(settings: Settings<SectionValues>, key: 'Listen' | 'ControlListen'): ListenAddress {
  const { host = '', port } = ADDRESS.exec(settings.values[key])?.groups ?? {}
  if (port === undefined || Number(port) > HIGHEST_PORT)
    settings.report('CFG-002', key, {
      found: 'a string that is no address',
      expected: 'host:port, such as 127.0.0.1:9042 or [::1]:9042',
    })
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

function advertised(settings: Settings<SectionValues>, key: 'Advertise' | 'ControlAdvertise'): string | undefined {
  const { [key]: text } = settings.values
  if (!text) return undefined
  const credentials = 'ClientUsername and ClientPassword, or ControlUsers'
  const result = checkUrl(text, { allowInsecureHttp: true, query: false, credentials })
  if ('code' in result) {
    settings.report(result.code, key, result.finding)
    return undefined
  }
  if (leavesInClear(result.url))
    settings.warn(key, 'http to another machine: passwords and patient data can be read on their way')
  return withSlash(result.url)
}

function logLevel(settings: Settings<SectionValues>): LogLevel {
  const { LogLevel: word } = settings.values
  const level = LOG_LEVELS[word.toUpperCase()]
  if (level !== undefined) return level
  const names = Object.keys(LOG_LEVELS)
  settings.report('CFG-002', 'LogLevel', {
    found: 'another string',
    expected: `one of ${names.join(', ')}`,
    nearest: nearest(word, names),
  })
  return 'info'
}
