import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { startProcess } from './start-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Runs a script of a few lines. */
const node = (script: string, options?: Parameters<typeof startProcess>[2]) =>
  startProcess(process.execPath, ['--input-type=module', '-e', script], options)

/** Writes its port and stays. */
const LISTENS = `require('node:net').createServer().listen(0, '127.0.0.1', function () { console.log('port ' + this.address().port) })`

/** Whether it still listens: a process that nobody has reaped yet would still have its id. */
async function isAlive(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const alive = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return alive
}

test('its output and exit code are collected', async () => {
  await using child = await node('console.log("out"); console.error("err"); process.exitCode = 3')
  expect(await child.exited).toEqual({ code: 3, signal: null })
  expect(child.text.split('\n').toSorted()).toEqual(['', 'err', 'out'])
})

test('output can be waited for, also if it has come already', async () => {
  await using child = await node('console.log("port 42"); setInterval(() => {}, 1000)')
  expect((await child.output(/port (\d+)/))[1]).toBe('42')
  expect((await child.output(/p.rt/))[0]).toBe('port')
})

test('whoever waits for output that never comes is told at the end, and what came in its place', async () => {
  await using child = await node('console.log("something else")')
  await expect(child.output(/port/)).rejects.toThrow('something else')
})

test('it has the given environment and folder', async () => {
  await using folder = await temporaryFolder()
  await using child = await node('console.log(process.env.GIVEN, process.env.HOME, process.cwd())', {
    env: { GIVEN: 'x', HOME: undefined },
    cwd: folder.path,
  })
  await child.exited
  expect(child.text).toBe(`x undefined ${folder.path}\n`)
})

test('a signal reaches it', async () => {
  await using child = await node(
    'process.on("SIGTERM", () => process.exit(7)); console.log("ready"); setInterval(() => {}, 1000)',
  )
  await child.output(/ready/)
  child.signal('SIGTERM')
  expect(await child.exited).toEqual({ code: 7, signal: null })
})

test('a command that does not exist is an error', async () => {
  await expect(startProcess('/no/such/command')).rejects.toMatchObject({ code: 'ENOENT' })
})

test('what it has started is killed with it', async () => {
  const child = await node(`
    import { spawn } from 'node:child_process'
    spawn(process.execPath, ['-e', ${JSON.stringify(LISTENS)}], { stdio: 'inherit' })`)
  const port = Number((await child.output(/port (\d+)/))[1])
  expect(await isAlive(port)).toBe(true)
  await child[Symbol.asyncDispose]()
  await vi.waitFor(async () => expect(await isAlive(port)).toBe(false))
})

test('who has disposed of all processes can end by itself', async () => {
  const source = fileURLToPath(new URL('start-process.ts', import.meta.url))
  await using run = await node(`
    const { startProcess } = await import(${JSON.stringify(source)})
    const child = await startProcess(process.execPath, ['-e', ${JSON.stringify(LISTENS)}])
    await child.output(/port/)
    await child[Symbol.asyncDispose]()`)
  expect(await run.exited).toEqual({ code: 0, signal: null })
})

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a test run that dies by %s takes its processes and their folder along',
  async (signal) => {
    await using outside = await temporaryFolder()
    const folder = join(outside.path, 'inside')
    await mkdir(folder)
    const source = fileURLToPath(new URL('start-process.ts', import.meta.url))
    await using run = await node(`
    const { startProcess } = await import(${JSON.stringify(source)})
    const args = ['-e', ${JSON.stringify(LISTENS)}]
    const child = await startProcess(process.execPath, args, { folder: ${JSON.stringify(folder)} })
    console.log((await child.output(/port \\d+/))[0])`)
    const port = Number((await run.output(/port (\d+)/))[1])
    expect([await isAlive(port), existsSync(folder)]).toEqual([true, true])
    run.signal(signal)
    await run.exited
    await vi.waitFor(async () => expect([await isAlive(port), existsSync(folder)]).toEqual([false, false]), {
      timeout: 5_000,
    })
  },
)
