/** PEM, both. */
export interface KeyAndCertificate {
  readonly key: string
  readonly certificate: string
}
