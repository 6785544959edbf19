import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { blackHole, refusingPort } from './tcp-faults.ts'

/** Longer than a connection over loopback takes, and than a first SYN's repetition (1 s). */
const LONG_ENOUGH_MS = 1_500

test('a refusing port refuses, and nobody can listen there meanwhile', async () => {
  await using held = await refusingPort()
  await expect(once(connect(held.port, '127.0.0.1'), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await expect(once(createServer().listen(held.port, '127.0.0.1'), 'listening')).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})

test('connecting to a black hole neither succeeds nor fails', async () => {
  await using hole = await blackHole()
  const socket = connect(hole.port, '127.0.0.1')
  const settled = once(socket, 'connect').then(
    () => 'connected',
    (error: NodeJS.ErrnoException) => error.code,
  )
  expect(await Promise.race([settled, sleep(LONG_ENOUGH_MS, 'hangs')])).toBe('hangs')
  socket.destroy()
})
