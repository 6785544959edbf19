import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** A port that a connection attempt hits in a certain way. */
export interface FaultyPort extends AsyncDisposable {
  readonly port: number
}

/**
 * A port that refuses (ECONNREFUSED), for as long as it is held: it is the local port of an established connection, so
 * no other process can listen on it meanwhile, as it could on a port that was merely closed.
 */
export async function refusingPort(): Promise<FaultyPort> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  const holder = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [peer] = (await accepted) as [Socket]
  if (holder.connecting) await once(holder, 'connect')
  const { localPort: port } = holder
  if (port === undefined) throw new Error('The connection that holds the port is gone')
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      holder.destroy()
      peer.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Listens, then blocks its thread, so that nothing is ever accepted. */
const NEVER_ACCEPTS = `
  const { parentPort } = require('node:worker_threads')
  const server = require('node:net').createServer()
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
  })`

/** A connection attempt over loopback that has taken this long hangs: a successful one takes well under a millisecond. */
const HANGS_AFTER_MS = 500
/** Linux lets backlog + 1 connections in; other kernels some more. */
const MOST_FILLERS = 64

/**
 * A port at which connecting hangs, as behind a firewall that drops packets: the kernel drops a SYN where the queue of
 * connections not yet accepted is full. Found to work on Linux without privileges; there it holds until disposed of.
 */
export async function blackHole(): Promise<FaultyPort> {
  const worker = new Worker(NEVER_ACCEPTS, { eval: true })
  const [port] = (await once(worker, 'message')) as [number]
  const fillers: Socket[] = []
  const dispose = async () => {
    for (const filler of fillers) filler.destroy()
    await worker.terminate()
  }
  while (fillers.length < MOST_FILLERS) {
    const filler = connect(port, '127.0.0.1')
    fillers.push(filler)
    if (!(await connects(filler))) return { port, [Symbol.asyncDispose]: dispose }
  }
  await dispose()
  throw new Error('This kernel goes on accepting: no black hole')
}

function connects(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    // After one more look at the sockets: a busy event loop sees a timer first.
    const timer = setTimeout(() => setImmediate(() => resolve(!socket.connecting)), HANGS_AFTER_MS)
    socket.on('error', () => {}) // the reset at the end
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}
