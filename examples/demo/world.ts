import { type DicomWebOrigin, type Issuer, startDicomWebOrigin, startIssuer } from '@orthanc-oauth/testing'
import { startOrthancSite } from './orthanc-site.ts'
import { type Pacs, startEmbeddedPacs, startOrthancPacs } from './pacs.ts'
import { startPlainSite } from './plain-site.ts'
import type { Site } from './site.ts'

/** Milliseconds: so short that several come and go while one watches. */
export const TOKEN_LIFETIME = 5_000

/** What the demo starts, and stops at its end. */
export interface World extends AsyncDisposable {
  readonly issuer: Issuer
  /** Accepts nothing but a valid bearer token, and counts. */
  readonly origin: DicomWebOrigin
  /** What answers behind it. */
  readonly pacs: Pacs
  readonly site: Site
}

/** @param withOrthanc false: an embedded DICOMweb server, and the demo itself in the place of the hospital's Orthanc */
export async function startWorld(withOrthanc: boolean): Promise<World> {
  await using stack = new AsyncDisposableStack()
  const issuer = stack.use(await startIssuer({ tokenLifetime: TOKEN_LIFETIME }))
  const pacs = stack.use(await (withOrthanc ? startOrthancPacs() : startEmbeddedPacs()))
  const origin = stack.use(await startDicomWebOrigin({ issuer, behind: pacs }))
  const site = stack.use(await (withOrthanc ? startOrthancSite : startPlainSite)(issuer, origin))
  const owned = stack.move()
  return { issuer, origin, pacs, site, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
