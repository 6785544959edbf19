// Everything that ends in 12 minutes on two cores. The last line is `N passed, N failed`.
import { staticChecks } from '../checks/static-checks.ts'
import { runChecks } from '../lib/check.ts'
import { runSabotage } from '../lib/run-sabotage.ts'
import { runVitest } from '../lib/run-vitest.ts'

const checked = await runChecks(staticChecks)
const tested = await runVitest(['--coverage', '--reporter=./test/faults/support/fault-table.ts'])
const sabotaged = await runSabotage()

const skippedIsFailure = process.env.CI === 'true' ? tested.skipped.length : 0
if (tested.skipped.length > 0) {
  const { ORTHANC_MISSING, KEYCLOAK_MISSING, TINYPROXY_MISSING } = process.env
  const reason = [ORTHANC_MISSING, KEYCLOAK_MISSING, TINYPROXY_MISSING].filter(Boolean).join('; ') || 'no reason given'
  process.stdout.write(`\nSkipped (${reason}):\n${tested.skipped.map((name) => `  ${name}\n`).join('')}`)
}
const passed = checked.passed + tested.passed + sabotaged.passed
const failed = checked.failed + tested.failed + sabotaged.failed + skippedIsFailure
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
