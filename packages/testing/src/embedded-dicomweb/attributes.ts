import type { DicomHeader } from '../dicom/dicom-header.ts'

/** Value representations that occur below (DICOM PS3.5, 6.2). */
type ValueRepresentation = 'AE' | 'CS' | 'DA' | 'IS' | 'LO' | 'PN' | 'SH' | 'SQ' | 'TM' | 'UI' | 'UR' | 'US'

/** One attribute in the DICOM JSON model (PS3.18, F.2). */
export interface JsonAttribute {
  readonly vr: ValueRepresentation
  readonly Value?: readonly unknown[]
}

export type JsonDataset = Readonly<Record<string, JsonAttribute>>

type Described = readonly [tag: string, vr: ValueRepresentation]

/** What a search answers with at each level (PS3.18, tables 10.6.3-3 to 10.6.3-5), as far as it is in the file. */
export const STUDY_ATTRIBUTES: readonly Described[] = [
  ['00080020', 'DA'],
  ['00080030', 'TM'],
  ['00080050', 'SH'],
  ['00080090', 'PN'],
  ['00100010', 'PN'],
  ['00100020', 'LO'],
  ['00100030', 'DA'],
  ['00100040', 'CS'],
  ['0020000D', 'UI'],
  ['00200010', 'SH'],
]
export const SERIES_ATTRIBUTES: readonly Described[] = [
  ['00080060', 'CS'],
  ['0008103E', 'LO'],
  ['0020000E', 'UI'],
  ['00200011', 'IS'],
]
export const INSTANCE_ATTRIBUTES: readonly Described[] = [
  ['00080016', 'UI'],
  ['00080018', 'UI'],
  ['00200013', 'IS'],
  ['00280008', 'IS'],
  ['00280010', 'US'],
  ['00280011', 'US'],
]

/** Attributes without a value are there without one (PS3.18, F.2.5). */
export function jsonDataset(header: DicomHeader): JsonDataset {
  const described = [...STUDY_ATTRIBUTES, ...SERIES_ATTRIBUTES, ...INSTANCE_ATTRIBUTES]
  return Object.fromEntries(described.map(([tag, vr]) => [tag, attribute(vr, jsonValue(header, tag, vr))]))
}

export function attribute(vr: ValueRepresentation, ...values: readonly unknown[]): JsonAttribute {
  const present = values.filter((value) => value !== undefined)
  return present.length === 0 ? { vr } : { vr, Value: present }
}

/** The value, where there is exactly one kind of it; undefined where there is none. */
export function textOf(dataset: JsonDataset, tag: string): string | undefined {
  const value = dataset[tag]?.Value?.[0]
  return value === undefined ? undefined : String(value)
}

export function only(dataset: JsonDataset, described: readonly Described[]): JsonDataset {
  return Object.fromEntries(described.map(([tag, vr]) => [tag, dataset[tag] ?? { vr }]))
}

function jsonValue(header: DicomHeader, tag: string, vr: ValueRepresentation): unknown {
  if (vr === 'US') return header.unsignedShort(tag)
  const text = header.value(tag)?.trim()
  if (text === undefined || text === '') return undefined
  if (vr === 'IS') return Number(text)
  return vr === 'PN' ? personName(text) : text
}

/** PS3.18, F.2.2: the component groups by name. */
function personName(text: string): object {
  const [alphabetic, ideographic, phonetic] = text.split('=')
  return {
    ...(alphabetic && { Alphabetic: alphabetic }),
    ...(ideographic && { Ideographic: ideographic }),
    ...(phonetic && { Phonetic: phonetic }),
  }
}
