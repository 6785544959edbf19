import { spawnSync } from 'node:child_process'
import { root } from '../lib/root.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'

const RUNS = 9

/** Milliseconds that our import may add to the start of a bare Node. */
const LIMIT = 40

interface Program {
  readonly name: string
  readonly script: string
}

const bareNode: Program = { name: 'bare Node', script: '' }
const ours: Program = {
  name: 'core and provider-generic',
  script: "import '@orthanc-oauth/core'; import '@orthanc-oauth/provider-generic'",
}
const peers: readonly Program[] = [
  { name: '@azure/msal-node 7.2.1', script: "import '@azure/msal-node'" },
  { name: 'google-auth-library 11.3.4', script: "import 'google-auth-library'" },
  { name: 'simple-oauth2 5.1.0', script: "import 'simple-oauth2'" },
  { name: 'jose 6.2.17', script: "import 'jose'" }, // asks no issuer; what clients sign and verify with
]

/** Of whole processes, from start to end, with nothing done but the import: what it adds to a bare Node. */
export function importTime(): Row[] {
  const measured = [bareNode, ours, ...peers].map((program) => ({ ...program, times: [] as number[] }))
  for (let run = 0; run < RUNS; run++) for (const { script, times } of measured) times.push(lifetimeOf(script))
  const [bare = Number.NaN, ...whole] = measured.map(({ times }) => median(times))
  const [added = Number.NaN, ...addedByPeers] = whole.map((time) => time - bare)
  const row = (name: string, time: number) => ({
    what: `importing ${name}`,
    measured: `${time.toFixed(0)} ms more than ${bareNode.name}`,
  })
  return [
    {
      ...row(ours.name, added),
      peer: `allowed: ${LIMIT} ms (${bareNode.name}: ${bare.toFixed(0)} ms)`,
      ratio: added / LIMIT,
      target: 1,
    },
    ...peers.map(({ name }, index) => {
      const time = addedByPeers[index] ?? Number.NaN
      return { ...row(name, time), peer: `${ours.name}: ${added.toFixed(0)} ms`, ratio: time / added }
    }),
  ]
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
