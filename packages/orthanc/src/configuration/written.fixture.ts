import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '@orthanc-oauth/testing'
import type { Configuration } from './configuration.ts'
import { ConfigurationErrors } from './configuration-errors.ts'
import { readConfiguration } from './read-configuration.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface Written extends AsyncDisposable {
  readonly folder: string
  /** Of a file in the folder. */
  path(name: string): string
  /** Reads the folder, or one file in it. */
  read(env?: Env, name?: string): Promise<Configuration>
  /** What is wrong with it. @throws where nothing is */
  errors(env?: Env, name?: string): Promise<ConfigurationErrors>
}

/** Files in a folder of their own; text alone is that of `orthanc.json`. */
export async function written(files: string | Readonly<Record<string, string>>): Promise<Written> {
  const folder = await temporaryFolder()
  const path = (name: string) => join(folder.path, name)
  const all = typeof files === 'string' ? { 'orthanc.json': files } : files
  for (const [name, text] of Object.entries(all)) await writeFile(path(name), text, { mode: 0o600 })
  const read = (env: Env = {}, name = '') => readConfiguration(path(name), { env })
  return {
    folder: folder.path,
    path,
    read,
    async errors(env, name) {
      const outcome = await read(env, name).catch((error: unknown) => error)
      if (outcome instanceof ConfigurationErrors) return outcome
      throw new Error('The configuration was read without an error of ours', { cause: outcome })
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

/** As few keys as a server can have. */
export const plainServer = {
  Url: 'https://pacs.example/dicom-web',
  TokenEndpoint: 'https://issuer.example/token',
  ClientId: 'client',
  ClientSecret: 'a secret of the client',
} as const

export type Json = Readonly<Record<string, unknown>>

/** Orthanc's JSON, a key a line, with one server `pacs`: a key that is undefined is taken out. */
export function configurationText(server: Json = {}, section: Json = {}, root: Json = {}): string {
  const servers = { pacs: { ...plainServer, ...server } }
  return JSON.stringify({ ...root, DicomWebOAuth: { ...section, Servers: servers } }, undefined, 2)
}

/** From 1, the first that holds the words. */
export function lineOf(text: string, words: string): number {
  return text.split('\n').findIndex((line) => line.includes(words)) + 1
}
