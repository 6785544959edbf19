// A token endpoint in a thread of its own: what it costs is not taken from who is measured.
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { certificates } from '@orthanc-oauth/testing'
import type { WorkerInput, WorkerReady } from './token-endpoint.ts'

const { latency, requests } = workerData as WorkerInput

/** Connections that may wait to be accepted: some peers open one for each caller. */
const BACKLOG = 2_048

/** As long as a signed JWT commonly is. */
const TOKEN = 'x'.repeat(800)

const answer: RequestListener = (request, response) => {
  Atomics.add(requests, 0, 1)
  request.resume()
  setTimeout(() => {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ access_token: TOKEN, token_type: 'Bearer', expires_in: 3600 }))
  }, latency)
}

const { server, ca } = await certificates()
const plain = createServer(answer).listen(0, '127.0.0.1', BACKLOG)
const secure = createTlsServer({ key: server.key, cert: server.certificate }, answer).listen(0, '127.0.0.1', BACKLOG)
await Promise.all([once(plain, 'listening'), once(secure, 'listening')])
const ready: WorkerReady = {
  http: `http://127.0.0.1:${(plain.address() as AddressInfo).port}/token`,
  https: `https://127.0.0.1:${(secure.address() as AddressInfo).port}/token`,
  ca: ca.certificate,
}
parentPort?.postMessage(ready)
