import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KeyAndCertificate } from '@orthanc-oauth/testing-contracts'
import { LoopbackServer } from '../http/loopback-server.ts'
import { type TemporaryFolder, temporaryFolder } from '../process/temporary-folder.ts'
import { InstanceStore, type Selection } from './instance-store.ts'
import { boundaryOf, writeParts } from './multipart-related.ts'
import { search, UnsupportedParameter } from './qido.ts'
import { type Route, routeOf } from './routes.ts'
import { stow } from './stow.ts'

const ROOT = '/dicom-web'
const DICOM_JSON = 'application/dicom+json'

/**
 * A small DICOMweb server for machines without Orthanc: STOW-RS, QIDO-RS, WADO-RS of whole studies, series and
 * instances, DELETE of studies. Files come back as they were stored: it transcodes nothing, whatever is asked for.
 */
export class EmbeddedDicomWeb implements AsyncDisposable {
  readonly #server: LoopbackServer
  readonly #folder: TemporaryFolder
  readonly #store: InstanceStore

  /** For startEmbeddedDicomWeb alone. */
  constructor(folder: TemporaryFolder, tls: KeyAndCertificate | undefined) {
    this.#folder = folder
    this.#store = new InstanceStore(folder.path)
    this.#server = new LoopbackServer((incoming, response) => {
      this.#answer(incoming, response).catch(() => response.destroy())
    }, tls)
  }

  /** A slash at the end. */
  get dicomWebUrl(): string {
    return `${this.#base}/`
  }

  /** Of everything that is stored. */
  get instances(): readonly { readonly sopInstanceUid: string; readonly bytes: number }[] {
    return this.#store.select().map(({ sopInstanceUid, bytes }) => ({ sopInstanceUid, bytes }))
  }

  /** As if killed: connections are cut, the port refuses. What is stored stays. */
  stop(): Promise<void> {
    return this.#server.stop()
  }

  /** Again, on the same port. */
  start(): Promise<void> {
    return this.#server.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await this.#folder[Symbol.asyncDispose]()
  }

  get #base(): string {
    return this.#server.origin + ROOT
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? '', this.#server.origin)
    const route = pathname.startsWith(ROOT) ? routeOf(pathname.slice(ROOT.length)) : undefined
    if (route === undefined) response.writeHead(404).end()
    else if (incoming.method === 'POST') await this.#stow(incoming, response, route)
    else if (incoming.method === 'DELETE') await this.#delete(response, route)
    else if (incoming.method !== 'GET') response.writeHead(405, { Allow: 'GET, POST, DELETE' }).end()
    else if (route.level === undefined) await this.#retrieve(response, route.selection)
    else this.#search(response, route.selection, route.level, searchParams)
  }

  async #stow(incoming: IncomingMessage, response: ServerResponse, { selection, level }: Route): Promise<void> {
    const { study } = selection
    if (level !== 'studies' && !isStudy({ selection, level })) {
      response.writeHead(405, { Allow: 'GET' }).end()
      return
    }
    const boundary = boundaryOf(incoming.headers['content-type'])
    if (boundary === undefined) {
      response.writeHead(415).end()
      return
    }
    if (incoming.headers.expect !== undefined) response.writeContinue()
    try {
      const { status, dataset } = await stow(this.#store, incoming, { boundary, study, base: this.#base })
      sendJson(response, status, dataset)
    } catch {
      response.writeHead(400, { Connection: 'close' }).end()
    }
  }

  #search(
    response: ServerResponse,
    selection: Selection,
    level: NonNullable<Route['level']>,
    query: URLSearchParams,
  ): void {
    try {
      sendJson(response, 200, search(this.#store, level, { selection, query, base: this.#base }))
    } catch (error) {
      if (!(error instanceof UnsupportedParameter)) throw error
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end(error.message)
    }
  }

  async #retrieve(response: ServerResponse, selection: Selection): Promise<void> {
    const instances = this.#store.select(selection)
    if (instances.length === 0) {
      response.writeHead(404).end()
      return
    }
    const boundary = randomUUID()
    response.writeHead(200, { 'Content-Type': `multipart/related; type="application/dicom"; boundary=${boundary}` })
    await writeParts(instances, boundary, response)
  }

  async #delete(response: ServerResponse, route: Route): Promise<void> {
    if (!isStudy(route)) response.writeHead(405, { Allow: 'GET' }).end()
    else if (this.#store.select(route.selection).length === 0) response.writeHead(404).end()
    else {
      await this.#store.delete(route.selection)
      response.writeHead(204).end()
    }
  }
}

/** Listens on a free port of 127.0.0.1; what it stores lies in a temporary folder. */
export async function startEmbeddedDicomWeb(
  options: { readonly tls?: KeyAndCertificate } = {},
): Promise<EmbeddedDicomWeb> {
  const server = new EmbeddedDicomWeb(await temporaryFolder(), options.tls)
  await server.start()
  return server
}

function isStudy({ selection: { study, series }, level }: Route): boolean {
  return study !== undefined && series === undefined && level === undefined
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': DICOM_JSON }).end(JSON.stringify(body))
}
