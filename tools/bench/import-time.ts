import { spawnSync } from 'node:child_process'
import { root } from '../lib/root.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'

const RUNS = 9

const programs: readonly { name: string; script: string }[] = [
  { name: 'bare Node', script: '' },
  {
    name: 'core and provider-generic',
    script: "import '@orthanc-oauth/core'; import '@orthanc-oauth/provider-generic'",
  },
  { name: '@azure/msal-node 7.2.1', script: "import '@azure/msal-node'" },
  { name: 'google-auth-library 11.3.4', script: "import 'google-auth-library'" },
  { name: 'simple-oauth2 5.1.0', script: "import 'simple-oauth2'" },
]

/** From the start of a process to its end, with nothing done but the import. */
export function importTime(): Row[] {
  const measured = programs.map((program) => ({ ...program, times: [] as number[] }))
  for (let run = 0; run < RUNS; run++) for (const { script, times } of measured) times.push(lifetimeOf(script))
  const [bare, ...libraries] = measured.map(({ name, times }) => ({ name, time: median(times) }))
  const bareTime = bare?.time ?? Number.NaN
  return libraries.map(({ name, time }) => ({
    what: `a process that imports ${name}`,
    measured: `${time.toFixed(0)} ms`,
    peer: `${bare?.name}: ${bareTime.toFixed(0)} ms`,
    ratio: time / bareTime,
  }))
}

function lifetimeOf(script: string): number {
  const begin = performance.now()
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`A process that only imports failed: ${stderr}`)
  return performance.now() - begin
}
