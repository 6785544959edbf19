import type { Node } from 'jsonc-parser'
import type { Sources } from '../json/sources.ts'
import { isComment, type JsonPath, keyNode, toValue, valueNode } from '../json/to-value.ts'
import type { Problems } from './problems.ts'

const NAME = 'DicomWebOAuth'

/** The section, with its servers apart. */
export interface FoundSection {
  /** As the file spells it. */
  readonly key: string
  /** Without Servers. */
  readonly value: unknown
  /** undefined: there is none. */
  readonly servers: unknown
}

/**
 * The section `DicomWebOAuth` in any letter case: the Docker image makes `DicomWebOauth` of a variable's name.
 * Reported are the same section twice, in one file or in two; variables in its strings that are not set; keys twice.
 */
export function findSection(sources: Sources, problems: Problems): FoundSection | undefined {
  reportSharedKeys(sources, problems)
  const [section, second] = sources.sections().filter(({ key }) => key.toLowerCase() === NAME.toLowerCase())
  if (section === undefined) {
    problems.report('CFG-001', [NAME], {
      found: 'nothing',
      expected: `the section ${NAME} beside Orthanc's own options`,
    })
    return undefined
  }
  const { key, node, document } = section
  if (second !== undefined && (second.document === document || second.key !== key))
    problems.report('CFG-105', [second.key], { found: 'this section twice', expected: `one section ${NAME}` })
  reportUnset(valueNode(node), [key], (holder) => document.unsetIn(holder), problems)
  const value = toValue(
    valueNode(node),
    [key],
    (kind, path) =>
      kind === 'duplicate'
        ? problems.report('CFG-105', path, { found: 'a key twice', expected: 'every key once' })
        : problems.report('CFG-100', path, { found: 'a key that is not allowed', expected: 'a known key' }),
    isData,
  )
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { key, value, servers: undefined }
  const { Servers: servers, ...rest } = value as Record<string, unknown>
  return { key, value: rest, servers }
}

/** User names, parameters of a request and what a foreign provider reads: whatever they begin with, they are meant. */
function isData([, key, , serverKey]: JsonPath): boolean {
  if (key === 'ControlUsers') return true
  return key === 'Servers' && (serverKey === 'ProviderOptions' || serverKey === 'ExtraParameters')
}

/** Orthanc itself starts with no two files that share a section. */
function reportSharedKeys(sources: Sources, problems: Problems): void {
  const files = new Map<string, unknown>()
  for (const { key, document } of sources.sections()) {
    if (isComment(key)) continue
    const first = files.get(key)
    if (first !== undefined && first !== document)
      problems.report('CFG-105', [key], {
        found: `this section in ${document.file} too`,
        expected: 'a section in one file',
      })
    files.set(key, document)
  }
}

function reportUnset(node: Node, path: JsonPath, unsetIn: (node: Node) => readonly string[], problems: Problems): void {
  const tell = (names: readonly string[]) => {
    for (const name of names)
      problems.report('CFG-003', path, {
        found: `\${${name}}, which is not set`,
        expected: `the environment variable ${name}, or a default: \${${name}:-…}`,
      })
  }
  if (node.type === 'string') tell(unsetIn(node))
  for (const [index, child] of (node.children ?? []).entries()) {
    if (child.type !== 'property') reportUnset(child, [...path, index], unsetIn, problems)
    else if (!isComment(keyNode(child).value) || isData(path)) {
      tell(unsetIn(keyNode(child)))
      reportUnset(valueNode(child), [...path, keyNode(child).value], unsetIn, problems)
    }
  }
}
