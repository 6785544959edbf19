import { exec } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { orthancAvailable, startProcess, type TestProcess, temporaryFolder } from '@orthanc-oauth/testing'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** What `npm run demo` runs after it has installed and built. */
const DEMO = fileURLToPath(new URL('../../tools/tasks/demo.ts', import.meta.url))
/** That all its files belong to. */
const STUDIES = 24
/** Milliseconds: the demo promises a minute; machines that run all tests at once are slower. */
const LIMIT = 150_000

/** The demo with a folder of its own for what is temporary. */
async function startDemo(args: readonly string[], orthancMissing?: string) {
  await using stack = new AsyncDisposableStack()
  const temporary = stack.use(await temporaryFolder())
  const env = { TMPDIR: temporary.path, ORTHANC_MISSING: orthancMissing }
  const demo: TestProcess = stack.use(await startProcess(process.execPath, [DEMO, ...args], { env, cwd: ROOT }))
  const owned = stack.move()
  return {
    demo,
    left: () => readdir(temporary.path),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const listens = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  )

test.skipIf(!orthancAvailable())(
  'the demo stores, queries and retrieves with real Orthancs; --keep leaves it up for the commands that it prints, until Ctrl-C',
  async () => {
    await using run = await startDemo(['--keep'])
    const { demo } = run
    await demo.output(/examples\/script\/studies\.mjs\n/)
    expect(demo.text).toMatch(/Instances retrieved, SHA-256 equal +28 of 28 +ok\n/)
    expect(demo.text).toMatch(/401s seen by the server +0 +ok\n/)
    expect(demo.text).not.toContain('WRONG')
    const [, curl = ''] = /^ {2}(curl .*)$/m.exec(demo.text) ?? []
    const [, script = ''] = /^( {2}TOKEN_ENDPOINT=[\s\S]*studies\.mjs)$/m.exec(demo.text) ?? []
    const [, status = ''] = /^Bridge, status +(\S+)$/m.exec(demo.text) ?? []
    expect(await asCurl(curl).then((answer) => answer.json())).toHaveLength(STUDIES)
    const { stdout } = await promisify(exec)(script, { cwd: ROOT })
    expect(stdout.trim().split('\n')).toHaveLength(STUDIES)
    expect(await (await fetch(status)).text()).toContain('"healthy"')
    demo.signal('SIGINT')
    expect(await demo.exited).toEqual({ code: 0, signal: null })
    expect(await run.left()).toEqual([])
    expect(await listens(status)).toBe(false)
  },
  LIMIT,
)

test(
  'without Orthanc the demo says so, plays both parts itself, and leaves nothing behind',
  async () => {
    const reason = 'There is no Orthanc in this test'
    await using run = await startDemo([], reason)
    expect(await run.demo.exited, run.demo.text).toEqual({ code: 0, signal: null })
    expect(run.demo.text).toContain(reason)
    expect(run.demo.text).toContain('embedded')
    expect(run.demo.text).toMatch(/Instances retrieved, SHA-256 equal +28 of 28 +ok\n/)
    expect(run.demo.text).not.toMatch(/WRONG|Warning/)
    expect(await run.left()).toEqual([])
  },
  LIMIT,
)

test(
  'Ctrl-C in the middle ends it with 130, and nothing is left behind',
  async () => {
    await using run = await startDemo([], 'There is no Orthanc in this test')
    await run.demo.output(/Upload/)
    run.demo.signal('SIGINT')
    expect(await run.demo.exited, run.demo.text).toEqual({ code: 130, signal: null })
    expect(await run.left()).toEqual([])
  },
  LIMIT,
)

/** What curl does with these options, for machines without it: `-u`, and `-d` in its single quotes. */
function asCurl(command: string): Promise<Response> {
  const [, login = '', url = '', body] = /^curl -u (\S+) (\S+)(?: -d '([^']*)')?$/.exec(command) ?? []
  const headers = { authorization: `Basic ${btoa(login)}` }
  return fetch(url, body === undefined ? { headers } : { method: 'POST', headers, body })
}
