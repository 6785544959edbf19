import {
  attribute,
  INSTANCE_ATTRIBUTES,
  type JsonDataset,
  only,
  SERIES_ATTRIBUTES,
  STUDY_ATTRIBUTES,
  textOf,
} from './attributes.ts'
import type { InstanceStore, Selection, StoredInstance } from './instance-store.ts'

export type Level = 'studies' | 'series' | 'instances'

/** What can be matched, by keyword and by tag. */
const MATCHED: Readonly<Record<string, string>> = {
  StudyInstanceUID: '0020000D',
  SeriesInstanceUID: '0020000E',
  SOPInstanceUID: '00080018',
  PatientID: '00100020',
}
/** Not matched: pages, and what changes nothing here (all attributes there are come anyway; no name is matched). */
const NOT_MATCHED = new Set(['limit', 'offset', 'includefield', 'fuzzymatching'])

/** A search parameter that this server would have to ignore: more would match than was asked for. */
export class UnsupportedParameter extends Error {}

/** Search transaction (DICOM PS3.18, 10.6): exact values, lists of UIDs, limit and offset. @throws UnsupportedParameter */
export function search(
  store: InstanceStore,
  level: Level,
  { selection, query, base }: { selection: Selection; query: URLSearchParams; base: string },
): JsonDataset[] {
  const matches = matcher(query)
  const groups = Map.groupBy(store.select(selection).filter(matches), (instance) => keyOf(instance, level))
  const offset = numberOf(query, 'offset', 0)
  const limit = numberOf(query, 'limit', Number.POSITIVE_INFINITY)
  return [...groups.values()].slice(offset, offset + limit).map((group) => describe(group, level, store, base))
}

function matcher(query: URLSearchParams): (instance: StoredInstance) => boolean {
  const wanted = [...query]
    .filter(([name, value]) => !NOT_MATCHED.has(name) && value !== '')
    .map(([name, value]) => [tagOf(name), value] as const)
  return ({ dataset }) =>
    wanted.every(([tag, value]) => {
      const values = dataset[tag]?.vr === 'UI' ? value.split(/[,\\]/) : [value]
      return values.includes(textOf(dataset, tag) ?? '')
    })
}

function tagOf(name: string): string {
  const tag = MATCHED[name] ?? Object.values(MATCHED).find((known) => known === name.toUpperCase())
  if (tag === undefined) throw new UnsupportedParameter(`This server cannot match ${name}`)
  return tag
}

function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? ''
  if (text === '') return otherwise
  if (!/^\d+$/.test(text)) throw new UnsupportedParameter(`${name} is not a number`)
  return Number(text)
}

function keyOf(instance: StoredInstance, level: Level): string {
  if (level === 'studies') return instance.studyInstanceUid
  return level === 'series' ? instance.seriesInstanceUid : instance.sopInstanceUid
}

function describe([first]: StoredInstance[], level: Level, store: InstanceStore, base: string): JsonDataset {
  if (first === undefined) return {}
  const { studyInstanceUid: study, seriesInstanceUid: series, sopInstanceUid: instance, dataset } = first
  const ofStudy = store.select({ study })
  const ofSeries = store.select({ study, series })
  const url = `${base}/studies/${study}`
  if (level === 'studies') {
    return {
      ...only(dataset, STUDY_ATTRIBUTES),
      '00080061': attribute('CS', ...distinct(ofStudy.map((other) => textOf(other.dataset, '00080060')))),
      '00081190': attribute('UR', url),
      '00201206': attribute('IS', distinct(ofStudy.map((other) => other.seriesInstanceUid)).length),
      '00201208': attribute('IS', ofStudy.length),
    }
  }
  const aboveInstance = { ...only(dataset, STUDY_ATTRIBUTES), ...only(dataset, SERIES_ATTRIBUTES) }
  if (level === 'series') {
    return {
      ...aboveInstance,
      '00081190': attribute('UR', `${url}/series/${series}`),
      '00201209': attribute('IS', ofSeries.length),
    }
  }
  return {
    ...aboveInstance,
    ...only(dataset, INSTANCE_ATTRIBUTES),
    '00081190': attribute('UR', `${url}/series/${series}/instances/${instance}`),
  }
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
