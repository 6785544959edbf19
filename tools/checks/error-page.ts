import { readFileSync, writeFileSync } from 'node:fs'
import { type ErrorCodeEntry, errorCodes } from '@orthanc-oauth/core'
import { rootUrl } from '../lib/root.ts'

const page = new URL('docs/errors.md', rootUrl)

/** docs/errors.md, made from the codes themselves. */
export function errorPage(): string {
  const head = `# Error codes

Each error says what happened and where; its code leads here. Codes below 100 are those of the Python plugin of the same name.
A DICOMweb client that cannot be given a token gets 503 with Retry-After whatever the code; _HTTP_ is what the code says of itself.
`
  const entries: [string, ErrorCodeEntry][] = Object.entries(errorCodes)
  return head + entries.map(([code, entry]) => section(code, entry)).join('')
}

function section(code: string, { name, category, severity, httpStatus, troubleshooting }: ErrorCodeEntry): string {
  const steps = troubleshooting.map((step) => `- ${step}\n`).join('')
  return `\n## ${code}\n\n${name}: ${category.toLowerCase()}, ${severity.toLowerCase()}, HTTP ${httpStatus}.\n${steps && `\n${steps}`}`
}

export function errorPageIsCurrent(): boolean {
  return readFileSync(page, 'utf8') === errorPage()
}

export function writeErrorPage(): void {
  writeFileSync(page, errorPage())
}
