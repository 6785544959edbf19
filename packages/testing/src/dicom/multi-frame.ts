import { createHash } from 'node:crypto'
import { freshUid } from './uid.ts'

/** A multi-frame instance made by code. */
export interface MultiFrame {
  /** The whole file. */
  readonly bytes: Uint8Array
  /** Of the file; hex. */
  readonly sha256: string
  readonly frames: number
  readonly studyInstanceUid: string
  readonly seriesInstanceUid: string
  readonly sopInstanceUid: string
}

/** As a CT slice. */
const ROWS = 512
const COLUMNS = 512
const BYTES_PER_PIXEL = 2
const BYTES_PER_FRAME = ROWS * COLUMNS * BYTES_PER_PIXEL
/** Milliseconds between frames: ten a second. */
const FRAME_TIME = 100

const MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7.3'
const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'

/** Knuth's multiplier: no two words near each other are equal, so bytes out of order change what is compared. */
const GOLDEN_RATIO_32 = 0x9e3779b1

/** Bytes of pixel data by default: more than what proxies and servers are used to hold in memory. */
const DEFAULT_PIXEL_BYTES = 55_000_000

/**
 * A valid file of Multi-frame Grayscale Word Secondary Capture, with UIDs of its own at each call.
 *
 * @param pixelBytes of pixel data at least; whole frames of half a MiB each. Default 55,000,000
 */
export async function multiFrame(pixelBytes = DEFAULT_PIXEL_BYTES): Promise<MultiFrame> {
  // 32 MB on disk: loaded by those alone who make a file.
  const { DicomDict, DicomMetaDictionary } = (await import('dcmjs')).default.data
  const frames = Math.ceil(pixelBytes / BYTES_PER_FRAME)
  const uids = { studyInstanceUid: freshUid(), seriesInstanceUid: freshUid(), sopInstanceUid: freshUid() }
  const file = new DicomDict(
    DicomMetaDictionary.denaturalizeDataset({
      _vrMap: {},
      FileMetaInformationVersion: [new Uint8Array([0, 1]).buffer],
      MediaStorageSOPClassUID: MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE,
      MediaStorageSOPInstanceUID: uids.sopInstanceUid,
      TransferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
      ImplementationClassUID: freshUid(),
    }),
  )
  file.dict = DicomMetaDictionary.denaturalizeDataset({
    _vrMap: { PixelData: 'OW' },
    SOPClassUID: MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE,
    SOPInstanceUID: uids.sopInstanceUid,
    StudyInstanceUID: uids.studyInstanceUid,
    SeriesInstanceUID: uids.seriesInstanceUid,
    StudyDate: '20260101',
    StudyTime: '120000',
    StudyID: '1',
    SeriesNumber: '1',
    InstanceNumber: '1',
    AccessionNumber: '',
    ReferringPhysicianName: '',
    Modality: 'OT',
    ConversionType: 'SYN',
    PatientName: 'Multi^Frame',
    PatientID: 'MULTIFRAME',
    PatientBirthDate: '',
    PatientSex: 'O',
    FrameTime: String(FRAME_TIME),
    FrameIncrementPointer: 0x00181063,
    NumberOfFrames: String(frames),
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: ROWS,
    Columns: COLUMNS,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    BurnedInAnnotation: 'NO',
    RescaleIntercept: '0',
    RescaleSlope: '1',
    RescaleType: 'US',
    PresentationLUTShape: 'IDENTITY',
    PixelData: [pixels(frames)],
  })
  const bytes = new Uint8Array(file.write())
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), frames, ...uids }
}

function pixels(frames: number): ArrayBuffer {
  const words = new Uint32Array((frames * BYTES_PER_FRAME) / Uint32Array.BYTES_PER_ELEMENT)
  for (let index = 0; index < words.length; index += 1) words[index] = Math.imul(index, GOLDEN_RATIO_32)
  return words.buffer
}
