/** Where in the configuration something stands. */
export interface Location {
  /** As it was given, or found in the folder that was given. */
  readonly file: string
  /** Keys joined by dots: `DicomWebOAuth.Servers.pacs.Url`. */
  readonly path: string
  /** From 1, in the file as it was written: before variables were replaced. */
  readonly line: number
}
