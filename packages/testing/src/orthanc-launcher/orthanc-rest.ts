import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

/** Characters of Orthanc's description of an error. */
const LONGEST_REASON = 1_000
/** Milliseconds between two looks at a job. */
const LOOK_EVERY = 25

export interface OrthancRestOptions {
  /** http://127.0.0.1:port */
  readonly url: string
  readonly username: string
  readonly password: string
}

export interface RestRequest {
  /** Default GET. */
  readonly method?: string
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** A study, series or instance at another DICOMweb server. */
export interface RemoteResource {
  readonly Study: string
  readonly Series?: string
  readonly Instance?: string
}

/** What it says of a job; the states beside these two are those of one that goes on. */
interface Job {
  readonly State: 'Success' | 'Failure' | 'Pending' | 'Running' | 'Paused' | 'Retry'
  readonly ErrorDescription: string
}

/** The REST API of an Orthanc as tests use it. Every method throws where Orthanc answers anything but 2xx. */
export class OrthancRest {
  readonly url: string
  readonly username: string
  readonly password: string

  constructor({ url, username, password }: OrthancRestOptions) {
    this.url = url
    this.username = username
    this.password = password
  }

  /** The Authorization that Orthanc asks for (RFC 7617). */
  get authorization(): string {
    return `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`
  }

  /** Any request, any answer. A body that is neither text nor bytes goes as JSON. */
  fetch(path: string, { method = 'GET', body, signal }: RestRequest = {}): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: {
        authorization: this.authorization,
        'accept-encoding': 'identity', // Orthanc would compress 50 MB of pixels in 6 s
        connection: 'close', // Orthanc closes idle connections, and takes a request that is on its way along
      },
      ...(body !== undefined && { body: typeof body === 'string' || isBytes(body) ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    })
  }

  /** As `fetch`, with the answer read as JSON. */
  async json<T = unknown>(path: string, init?: RestRequest): Promise<T> {
    const answer = await this.#successful(path, init)
    const text = await answer.text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  /** Stores a DICOM file. @returns Orthanc's identifier of the instance */
  async upload(file: Uint8Array): Promise<string> {
    const { ID } = await this.json<{ ID: string }>('/instances', { method: 'POST', body: file })
    return ID
  }

  /** Orthanc's identifiers of all it has. */
  instances(): Promise<string[]> {
    return this.json('/instances')
  }

  /** A stored file, as it lies on disk. */
  async file(id: string): Promise<Uint8Array> {
    const answer = await this.#successful(`/instances/${id}/file`)
    return new Uint8Array(await answer.arrayBuffer())
  }

  /** SHA-256 (hex) of every stored file. */
  async hashes(): Promise<Set<string>> {
    const hashes = new Set<string>()
    for (const id of await this.instances()) {
      const hash = createHash('sha256')
      const { body } = await this.#successful(`/instances/${id}/file`)
      for await (const piece of body ?? []) hash.update(piece)
      hashes.add(hash.digest('hex'))
    }
    return hashes
  }

  async deleteAll(): Promise<void> {
    for (const id of await this.json<string[]>('/patients')) await this.json(`/patients/${id}`, { method: 'DELETE' })
  }

  /** The DICOMweb servers that it knows now, without their secrets. */
  servers(): Promise<Record<string, Readonly<Record<string, unknown>>>> {
    return this.json('/dicom-web/servers?expand')
  }

  /** STOW-RS of instances, series, studies or patients of its own (its identifiers) to another server. */
  stow(server: string, resources: readonly string[]): Promise<void> {
    return this.#job(server, 'stow', { Resources: resources })
  }

  /** QIDO-RS at another server. @param uri such as `/studies` */
  qido(server: string, uri: string, args: Readonly<Record<string, string>> = {}): Promise<unknown> {
    return this.#server(server, 'qido', { Uri: uri, Arguments: args })
  }

  /** WADO-RS from another server into this one. */
  retrieve(server: string, resources: readonly RemoteResource[]): Promise<void> {
    return this.#job(server, 'retrieve', { Resources: resources })
  }

  /** DELETE at another server, whose definition must say HasDelete. */
  deleteRemoteStudy(server: string, studyInstanceUid: string): Promise<unknown> {
    return this.#server(server, 'delete', { Level: 'Study', StudyInstanceUID: studyInstanceUid })
  }

  #server(name: string, action: string, body: unknown): Promise<unknown> {
    return this.json(`/dicom-web/servers/${encodeURIComponent(name)}/${action}`, { method: 'POST', body })
  }

  /**
   * Not `Synchronous`: DICOMweb 1.7 then closes the connection without an answer where the job has to wait for another,
   * and takes half a second to notice that one is done.
   */
  async #job(name: string, action: string, body: object): Promise<void> {
    const { ID } = (await this.#server(name, action, { ...body, Synchronous: false })) as { ID: string }
    for (;;) {
      const { State, ErrorDescription } = await this.json<Job>(`/jobs/${ID}`)
      if (State === 'Success') return
      if (State === 'Failure') throw new Error(`The job of /dicom-web/servers/${name}/${action}: ${ErrorDescription}`)
      await sleep(LOOK_EVERY)
    }
  }

  async #successful(path: string, init?: RestRequest): Promise<Response> {
    const answer = await this.fetch(path, init)
    if (answer.ok) return answer
    const reason = (await answer.text()).slice(0, LONGEST_REASON)
    throw new Error(`Orthanc answered ${answer.status} to ${init?.method ?? 'GET'} ${path}: ${reason}`)
  }
}

function isBytes(body: unknown): body is Uint8Array<ArrayBuffer> {
  return body instanceof Uint8Array
}
