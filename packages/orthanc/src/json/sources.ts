import type { Node } from 'jsonc-parser'
import type { Location } from '../configuration/location.ts'
import type { JsonDocument } from './json-document.ts'
import { type JsonPath, keyNode, valueNode } from './to-value.ts'

const PLAIN_KEY = /^[\w-]+$/

/** The files that together are Orthanc's configuration. */
export class Sources {
  /** What was given: a file, or a folder. */
  readonly path: string
  readonly documents: readonly JsonDocument[]

  constructor(path: string, documents: readonly JsonDocument[]) {
    this.path = path
    this.documents = documents
  }

  /** Every key at the root of every file, with what it holds. */
  sections(): { key: string; node: Node; document: JsonDocument }[] {
    return this.documents.flatMap((document) =>
      (document.root.children ?? []).map((property) => ({
        key: keyNode(property).value as string,
        node: property,
        document,
      })),
    )
  }

  /** The value of a key at the root. */
  section(name: string): Node | undefined {
    const found = this.sections().find(({ key }) => key === name)
    return found && valueNode(found.node)
  }

  /** Where a value stands; of one that is not there: where it would. */
  locate(path: JsonPath): Location {
    const found = this.sections().find(({ key }) => key === path[0])
    if (found === undefined)
      return { file: this.documents[0]?.file ?? this.path, path: path.map(label).join(''), line: 1 }
    const { document } = found
    let { node } = found
    let shown = label(document.keyAsWritten(keyNode(node)), 0)
    for (const [index, key] of path.slice(1).entries()) {
      const next = step(node, key)
      if (next === undefined) {
        shown += path
          .slice(index + 1)
          .map((rest) => label(rest, 1))
          .join('')
        break
      }
      shown += label(next.type === 'property' ? document.keyAsWritten(keyNode(next)) : key, 1)
      node = next
    }
    return { file: document.file, path: shown, line: document.lineOf(node) }
  }
}

/** From a property or an element to one within: the last of its name, where there are several. */
function step(from: Node, key: string | number): Node | undefined {
  const holder = from.type === 'property' ? valueNode(from) : from
  if (typeof key === 'number') return holder.children?.[key]
  return holder.type === 'object' ? holder.children?.findLast((property) => keyNode(property).value === key) : undefined
}

function label(key: string | number, index: number): string {
  if (typeof key === 'number') return `[${key}]`
  if (!PLAIN_KEY.test(key)) return `[${JSON.stringify(key)}]`
  return index === 0 ? key : `.${key}`
}
