import type { Secret, SecretSource } from '@orthanc-oauth/core'

/** Where to listen. Port 0: any free one. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** What `DicomWebOAuth` says beside its servers, checked. */
export interface SectionOptions {
  /** Of the data listener. Default 127.0.0.1:9042. */
  readonly listen: ListenAddress
  /** What Orthanc calls the data listener: an absolute URL with a slash at its end. */
  readonly advertise?: string
  /** Of the control listener. Default 127.0.0.1:9043. */
  readonly controlListen: ListenAddress
  /** What people call the control listener: an absolute URL with a slash at its end. */
  readonly controlAdvertise?: string
  /** Passwords by user name. Never empty where the control listener is reached from beyond loopback. */
  readonly controlUsers: ReadonlyMap<string, Secret>
  /** Of a client that a person sets up; both or none. */
  readonly clientUsername?: string
  readonly clientPassword?: SecretSource
  /** Of the test and control calls, by client address. Default 10 in 60 s, as the Python plugin. */
  readonly rateLimit: { readonly requests: number; readonly windowSeconds: number }
  /** Default true. */
  readonly enableMetrics: boolean
  /** Default info. */
  readonly logLevel: LogLevel
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
