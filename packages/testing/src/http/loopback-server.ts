import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { KeyAndCertificate } from '@orthanc-oauth/testing-contracts'

const HOST = '127.0.0.1'

/** An HTTP or HTTPS server on loopback that can be stopped and started again on the same port. */
export class LoopbackServer implements AsyncDisposable {
  readonly #listener: RequestListener
  readonly #tls: KeyAndCertificate | undefined
  readonly #requestCert: boolean
  #server: Server | undefined
  #port = 0

  /**
   * @param listener gets a request with `Expect: 100-continue` before its body, with the 100 left to it
   * @param requestCert asks clients for a certificate, and takes any, and none
   */
  constructor(listener: RequestListener, tls?: KeyAndCertificate, requestCert = false) {
    this.#listener = listener
    this.#tls = tls
    this.#requestCert = requestCert
  }

  /** http(s)://127.0.0.1:port, without a slash at the end. Known once it has been started. */
  get origin(): string {
    return `${this.#tls ? 'https' : 'http'}://${HOST}:${this.#port}`
  }

  /** On a free port the first time. */
  async start(): Promise<void> {
    if (this.#server !== undefined) throw new Error('This server runs already')
    const tls = this.#tls
    const server = tls
      ? createTlsServer({
          key: tls.key,
          cert: tls.certificate,
          requestCert: this.#requestCert,
          rejectUnauthorized: false,
        })
      : createServer()
    server.requestTimeout = 0 // an upload may take as long as it takes
    server.on('request', this.#listener)
    server.on('checkContinue', this.#listener)
    server.listen(this.#port, HOST)
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** As if killed: every connection is cut, the port refuses. */
  async stop(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}
