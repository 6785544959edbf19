import type { Selection } from './instance-store.ts'
import type { Level } from './qido.ts'

/** What a path below the DICOMweb root means. */
export interface Route {
  readonly selection: Selection
  /** What is listed by a search; undefined where the path ends in a UID. */
  readonly level: Level | undefined
}

/** DICOM PS3.18, tables 10.1.1-1 and 10.6.1-1. UIDs: PS3.5, 9. */
const STUDY = '/studies/(?<study>[0-9.]+)'
const SERIES = `${STUDY}/series/(?<series>[0-9.]+)`
const INSTANCE = `${SERIES}/instances/(?<instance>[0-9.]+)`
const ROUTES: readonly (readonly [pattern: RegExp, level: Level | undefined])[] = [
  [/^\/studies$/, 'studies'],
  [/^\/series$/, 'series'],
  [/^\/instances$/, 'instances'],
  [new RegExp(`^${STUDY}$`), undefined],
  [new RegExp(`^${STUDY}/series$`), 'series'],
  [new RegExp(`^${STUDY}/instances$`), 'instances'],
  [new RegExp(`^${SERIES}$`), undefined],
  [new RegExp(`^${SERIES}/instances$`), 'instances'],
  [new RegExp(`^${INSTANCE}$`), undefined],
]

export function routeOf(path: string): Route | undefined {
  for (const [pattern, level] of ROUTES) {
    const match = pattern.exec(path)
    if (match) return { selection: { ...match.groups }, level }
  }
  return undefined
}
