/**
 * Imports point one way. A package may depend on those of a lower rank alone; Biome refuses imports that a manifest
 * does not declare, so the manifests are all there is to check.
 */
import { readdirSync, readFileSync } from 'node:fs'

/** Lowest first; packages on one line do not know each other. `testing` is for tests and examples alone. */
const order = [
  ['core'],
  ['egress'],
  ['testing-contracts'],
  ['jwt'],
  ['provider-generic'],
  ['provider-keycloak', 'provider-azure', 'provider-google', 'provider-aws', 'store-redis'],
  ['orthanc'],
  ['bridge', 'auth-service'],
]
/** What may not be used although its rank is lower: the adapter knows no provider. */
const forbidden: Readonly<Record<string, RegExp>> = {
  orthanc: /^(provider-|store-)/,
  'auth-service': /^(provider-|store-|orthanc)/,
}

const rankOf = (name: string) => order.findIndex((names) => names.includes(name))
const ours = '@orthanc-oauth/'

export function brokenLayers(root: URL): string[] {
  const packages = readdirSync(new URL('packages/', root))
  return packages.flatMap((name) => {
    const manifest = JSON.parse(readFileSync(new URL(`packages/${name}/package.json`, root), 'utf8'))
    const used = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies })
      .filter((dependency) => dependency.startsWith(ours))
      .map((dependency) => dependency.slice(ours.length))
    if (name === 'testing') return []
    if (rankOf(name) < 0) return [`packages/${name} has no rank in tools/checks/layers.ts`]
    return used
      .filter((other) => rankOf(other) < 0 || rankOf(other) >= rankOf(name) || forbidden[name]?.test(other))
      .map((other) => `packages/${name} depends on ${ours}${other}, against the order of tools/checks/layers.ts`)
  })
}
