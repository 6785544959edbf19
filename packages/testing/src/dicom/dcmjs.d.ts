/** The part of dcmjs that is used here; the library brings no types. */
declare module 'dcmjs' {
  type NaturalDataset = Readonly<Record<string, unknown>>
  type Dataset = Readonly<Record<string, { readonly vr: string; readonly Value?: readonly unknown[] }>>

  const dcmjs: {
    readonly data: {
      readonly DicomMetaDictionary: {
        /** From attribute keywords to tags. `_vrMap` says the VR where the dictionary leaves a choice. */
        denaturalizeDataset(dataset: NaturalDataset): Dataset
      }
      readonly DicomDict: new (
        meta: Dataset,
      ) => {
        dict: Dataset
        /** A whole file (DICOM PS3.10). */
        write(): ArrayBuffer
      }
    }
  }
  export default dcmjs
}
