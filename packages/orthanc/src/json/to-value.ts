import type { Node } from 'jsonc-parser'

export type JsonPath = readonly (string | number)[]

/** What is wrong with a key: nothing else can be wrong in a tree that was parsed. */
export type KeyProblem = (kind: 'duplicate' | 'prototype', path: JsonPath) => void

/** Of a property node. */
export const keyNode = ({ children }: Node): Node => children?.[0] as Node
/** Of a property node; a property without one is a syntax error, so there is none in a tree that was parsed. */
export const valueNode = ({ children }: Node): Node => children?.[1] as Node

/** Orthanc knows no such keys: people write them as comments. */
export const isComment = (key: string): boolean => /^[_$]/.test(key) && key !== '__proto__'

/**
 * The plain value of a node: its objects without prototype, its comments left out, of a key that is there twice the last
 * as in jsoncpp.
 *
 * @param isData whether the keys of the object at a path are data, such as names, so that none of them is a comment
 */
export function toValue(
  node: Node,
  path: JsonPath,
  problem: KeyProblem,
  isData: (path: JsonPath) => boolean = () => false,
): unknown {
  if (node.type === 'array')
    return (node.children ?? []).map((child, index) => toValue(child, [...path, index], problem, isData))
  if (node.type !== 'object') return node.value
  const value: Record<string, unknown> = Object.create(null)
  for (const property of node.children ?? []) {
    const key: string = keyNode(property).value
    if (isComment(key) && !isData(path)) continue
    const here = [...path, key]
    if (key === '__proto__') problem('prototype', here)
    else {
      if (key in value) problem('duplicate', here)
      value[key] = toValue(valueNode(property), here, problem, isData)
    }
  }
  return value
}
