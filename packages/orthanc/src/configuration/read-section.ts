import { Secret } from '@orthanc-oauth/core'
import { isLoopbackHost } from './is-loopback-host.ts'
import { checkLaterSectionKeys } from './later-keys.ts'
import { nearest } from './nearest.ts'
import { present } from './present.ts'
import type { SectionValues } from './schema/section-schema.ts'
import { secretSource } from './secrets.ts'
import type { ListenAddress, LogLevel, SectionOptions } from './section-options.ts'
import type { Settings } from './settings.ts'
import { checkUrl, leavesInClear, withSlash } from './urls.ts'

/** `host:port`, an IPv6 address in brackets. */
const ADDRESS = /^(?<host>\[[\da-fA-F:.]+\]|[^:/@\s]+):(?<port>\d{1,5})$/
const HIGHEST_PORT = 65_535
/** What a user name cannot hold: a colon ends it (RFC 7617, section 2). */
const NOT_IN_A_USERNAME = /[:\p{Cc}]/u

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
  const listen = address(settings, 'Listen')
  if (!isLoopbackHost(listen.host)) warnOfClearText(settings)
  const controlListen = address(settings, 'ControlListen')
  const controlUsers = new Map(
    Object.entries(values.ControlUsers).map(([name, password]) => [name, new Secret(password)]),
  )
  for (const name of controlUsers.keys()) checkUsername(settings, ['ControlUsers', name], name)
  if (!isLoopbackHost(controlListen.host) && controlUsers.size === 0)
    settings.report('CFG-104', 'ControlListen', {
      found: 'an address that other machines reach, and no ControlUsers',
      expected: 'ControlUsers with a name and a password, or an address of this machine alone such as 127.0.0.1:9043',
    })
  if (values.ClientUsername) checkUsername(settings, ['ClientUsername'], values.ClientUsername)
  const clientPassword = await secretSource(settings, 'ClientPassword')
  if (values.ClientUsername && clientPassword === undefined)
    settings.missing(['ClientPassword', 'ClientPasswordFile'], 'the password of ClientUsername, or ClientPasswordFile')
  if (!values.ClientUsername && clientPassword !== undefined)
    settings.missing(['ClientUsername'], 'the user name that ClientPassword belongs to')
  return present({
    listen,
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

/** The listeners speak http alone. */
function warnOfClearText(settings: Settings<SectionValues>): void {
  settings.warn(
    'Listen',
    'an address that other machines reach, by http: passwords and patient data can be read on their way unless something in front ends TLS',
  )
  if (!settings.values.Advertise)
    settings.warn(
      'Advertise',
      'is not given: Orthanc is told the address of Listen by http, past whatever ends TLS, and of 0.0.0.0 or [::] the loopback address',
    )
}

function checkUsername({ path, problems }: Settings<SectionValues>, key: readonly string[], name: string): void {
  if (name === '' || NOT_IN_A_USERNAME.test(name))
    problems.report('CFG-002', [...path, ...key], {
      found: name === '' ? 'an empty user name' : 'a user name with a colon or a control character',
      expected: 'a user name without, because a colon ends it on its way (RFC 7617, section 2)',
    })
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
