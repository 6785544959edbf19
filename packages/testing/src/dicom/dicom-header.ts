import dicomParser from 'dicom-parser'

/** Attributes of an instance up to its pixel data. */
export interface DicomHeader {
  readonly studyInstanceUid: string
  readonly seriesInstanceUid: string
  readonly sopInstanceUid: string
  readonly sopClassUid: string
  readonly transferSyntaxUid: string
  /** The bytes of any other attribute of the top level, as text. @param tag eight hexadecimal digits */
  value(tag: string): string | undefined
  /** Of an attribute with VR US. */
  unsignedShort(tag: string): number | undefined
}

const PIXEL_DATA = 'x7fe00010'

/** What browsers' decoders call the character sets of (0008,0005) that need no escape sequences (DICOM PS3.3, C.12.1.1.2). */
const DECODERS: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'iso-8859-1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
}

/**
 * Reads a DICOM file, or its first bytes as long as they hold everything before the pixel data.
 *
 * Text in a character set with escape sequences (ISO 2022) comes out with replacement characters.
 *
 * @throws where this is no DICOM file, or one without the UIDs that every instance must have
 */
export function readDicomHeader(bytes: Uint8Array): DicomHeader {
  const dataset = dicomParser.parseDicom(bytes, { untilTag: PIXEL_DATA })
  const decoder = new TextDecoder(DECODERS[dataset.string('x00080005') ?? ''] ?? 'utf-8')
  const value = (tag: string) => {
    const element = dataset.elements[`x${tag.toLowerCase()}`]
    if (element === undefined || element.length === 0) return undefined
    const { dataOffset, length } = element
    // The data set's own bytes: of a deflated file not those that were given.
    const text = decoder.decode(dataset.byteArray.subarray(dataOffset, dataOffset + length))
    return text.replace(/[ \0]+$/, '') || undefined
  }
  const required = (tag: string) => {
    const uid = value(tag)
    if (uid === undefined) throw new Error(`This DICOM file has no (${tag.slice(0, 4)},${tag.slice(4)})`)
    return uid
  }
  return {
    transferSyntaxUid: required('00020010'),
    sopClassUid: required('00080016'),
    sopInstanceUid: required('00080018'),
    studyInstanceUid: required('0020000D'),
    seriesInstanceUid: required('0020000E'),
    value,
    unsignedShort: (tag) => dataset.uint16(`x${tag.toLowerCase()}`),
  }
}
