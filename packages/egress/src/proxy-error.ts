/** The proxy is at fault, not what lies behind it. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
  /** Scheme, host and port: neither user nor password. */
  readonly proxy: string
  /** What it answered to CONNECT; undefined where it gave no answer. */
  readonly status: number | undefined

  constructor({ origin }: URL, { status, cause }: { readonly status?: number | undefined; readonly cause?: unknown }) {
    super(`the proxy ${origin}`, { cause })
    this.proxy = origin
    this.status = status
  }
}
