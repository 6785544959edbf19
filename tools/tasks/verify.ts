// What takes longer than `npm test`. Writes docs/verify-report.md.
import { writeFileSync } from 'node:fs'
import os from 'node:os'
import { stripVTControlCharacters } from 'node:util'
import { type Check, runChecks } from '../lib/check.ts'
import { command } from '../lib/command.ts'
import { rootUrl } from '../lib/root.ts'
import { runVitest } from '../lib/run-vitest.ts'

/** Their length is E2E_SECONDS. */
const LONG_RUNS = ['test/e2e/short-tokens', 'test/e2e/issuer-outage', 'test/e2e/restarts']

/** The oldest and the newest Node that the packages promise to run on; `npm test` itself runs on 24. */
const nodeReleases = ['22.19.0', '26.10.0']

const measured: string[] = []

const checks: readonly Check[] = [
  suite('STOW, QIDO, WADO and DELETE for 60 s with tokens of 5 s, everything killed once', LONG_RUNS, {
    E2E_SECONDS: '60',
  }),
  suite('100,000 model runs', ['packages/core/src/manager/model', '--testTimeout=3600000'], { MODEL_RUNS: '100000' }),
  suite('a STOW of 5 GiB in constant memory', ['test/faults', '-t', 'BRG-F08', '--testTimeout=1800000'], {
    STOW_BYTES: String(5 * 2 ** 30),
  }),
  ...nodeReleases.map(onNode),
]

const { passed, failed } = await runChecks(checks)
writeFileSync(new URL('docs/verify-report.md', rootUrl), await report())
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1

function suite(name: string, args: readonly string[], env: Readonly<Record<string, string>>): Check {
  return timed(name, async () => {
    const { passed, failed, skipped } = await runVitest(args, env)
    const counted = `${passed} tests passed, ${failed} failed, ${skipped.length} skipped`
    return { counted, good: failed === 0 && passed > 0 }
  })
}

function onNode(release: string): Check {
  return timed(`the packages' tests on Node ${release}`, async () => {
    const vitest = ['node', 'node_modules/vitest/vitest.mjs', 'run', 'packages']
    const { status, output } = await command(['npx', '--yes', '--package', `node@${release}`, '--', ...vitest])
    const counted = /^\s*Tests\s+(.*)$/m.exec(stripVTControlCharacters(output))?.[1] ?? output
    return { counted, good: status === 0 }
  })
}

function timed(name: string, run: () => Promise<{ counted: string; good: boolean }>): Check {
  return {
    name,
    async run() {
      const begin = performance.now()
      const { counted, good } = await run()
      const seconds = Math.round((performance.now() - begin) / 1000)
      measured.push(`| ${name} | ${good ? 'passed' : '**failed**'} | ${counted} | ${seconds} s |`)
      return good ? undefined : counted
    },
  }
}

async function report(): Promise<string> {
  const { output: commit } = await command(['git', 'rev-parse', '--short', 'HEAD'])
  const { output: orthanc } = await command(['Orthanc', '--version'])
  return `# The last long verification

\`npm run verify\` on ${new Date().toISOString().slice(0, 10)}, commit ${commit.trim()} and what came with it; ${os.cpus().length} cores, Node ${process.version}, ${orthanc.split('\n')[0]}.

| what | | counted | took |
| --- | --- | --- | --- |
${measured.join('\n')}
`
}
