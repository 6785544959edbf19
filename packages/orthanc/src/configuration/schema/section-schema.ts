import { z } from 'zod'
import { anything, flag, integer, path, secret, text, url } from './fields.ts'
import { resilienceSchema } from './resilience-schema.ts'

/** A day: longer is no rate. */
const LONGEST_WINDOW = 86_400
const MOST_REQUESTS = 1_000_000

/** `Orthanc`, within the section. */
const orthancSchema = z.strictObject(
  {
    Url: url("Orthanc's REST API").optional(),
    Username: text().optional(),
    Password: secret().optional(),
    PasswordFile: path().optional(),
    CaFile: path().optional(),
  },
  'an object with Url, Username, Password, CaFile',
)

/** Keys whose work is still to come: what is done with each is in later-keys.ts. */
const laterSectionShape = {
  AuditUids: anything(),
  AuthorizeKey: anything(),
  AuthorizeKeyFile: anything(),
  CacheBackend: anything(),
  CacheType: anything(),
  LogFile: anything(),
  Redis: anything(),
  RedisUrl: anything(),
}

export type LaterSectionKey = keyof typeof laterSectionShape

/** `DicomWebOAuth` without its servers, each of which is looked at by itself. */
export const sectionSchema = z.strictObject(
  {
    ConfigVersion: text('"1.0" or "2.0"').optional(),
    Listen: text('an address such as 127.0.0.1:9042').default('127.0.0.1:9042'),
    Advertise: url('the data listener, as Orthanc reaches it').optional(),
    ControlListen: text('an address such as 127.0.0.1:9043').default('127.0.0.1:9043'),
    ControlAdvertise: url('the control listener, as people reach it').optional(),
    ControlUsers: z.record(z.string(), secret(), 'an object of passwords by user name').default({}),
    ClientUsername: text().optional(),
    ClientPassword: secret().optional(),
    ClientPasswordFile: path().optional(),
    RateLimitRequests: integer(1, MOST_REQUESTS).default(10),
    RateLimitWindowSeconds: integer(1, LONGEST_WINDOW, 'seconds').default(60),
    EnableMetrics: flag().default(true),
    LogLevel: text('one of DEBUG, INFO, WARNING, ERROR').default('INFO'),
    ResilienceConfig: resilienceSchema.optional(),
    Orthanc: orthancSchema.default({}),
    ...laterSectionShape,
  },
  'an object with the key Servers',
)

export type SectionValues = z.output<typeof sectionSchema>
export type OrthancValues = z.output<typeof orthancSchema>
