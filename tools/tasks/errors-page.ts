// Writes docs/errors.md from the codes. Run it after a code was added: `node tools/run.mjs errors-page`.
import { writeErrorPage } from '../checks/error-page.ts'

writeErrorPage()
