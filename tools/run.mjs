// Runs with any Node from 20 on and nothing installed: brings pnpm, Node 24, the dependencies and the build, then hands
// over to tools/tasks/<task>.ts, which runs on the Node 24 that came with the dependencies.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { provideKeycloak } from './provide-keycloak.mjs'
import { provideOrthanc } from './provide-orthanc.mjs'
import { provideTinyproxy } from './provide-tinyproxy.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const [task, ...args] = process.argv.slice(2)
const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const env = {
  ...process.env,
  PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH}`,
  TURBO_TELEMETRY_DISABLED: '1',
}

step('Dependencies', ['npx', '--yes', packageManager, 'install', '--frozen-lockfile', '--prefer-offline'])
step('Build', ['npx', '--yes', packageManager, 'run', 'build'])
const install = !args.includes('--no-install')
const provided = { ...(task !== 'bench' && provideOrthanc({ install })), ...forTests() }
const rest = args.filter((arg) => arg !== '--no-install')
const running = spawn('node', [path.join('tools', 'tasks', `${task}.ts`), ...rest], {
  cwd: root,
  env: { ...env, ...provided },
  stdio: 'inherit',
  shell: process.platform === 'win32',
})
// It ends when it has cleaned up, and this with it. What a terminal sends reaches it by itself.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {})
process.on('SIGTERM', () => running.kill('SIGTERM'))
running.on('close', (status) => {
  process.exitCode = status ?? 1
})

/** What the demonstration and the measurements do without. */
function forTests() {
  return task === 'demo' || task === 'bench'
    ? {}
    : { ...provideKeycloak({ install }), ...provideTinyproxy({ install }) }
}

/** Prints what is done and how long it took; its own output only where it failed. */
function step(name, command) {
  const begin = Date.now()
  process.stderr.write(`${name} … `)
  const { status, output } = run(command)
  if (status !== 0) {
    process.stderr.write(`failed\n${output}\n`)
    process.exit(1)
  }
  process.stderr.write(`${((Date.now() - begin) / 1000).toFixed(1)} s\n`)
}

function run([program, ...args]) {
  const done = spawnSync(program, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (done.error) throw done.error
  return { status: done.status ?? 1, output: `${done.stdout ?? ''}${done.stderr ?? ''}` }
}
