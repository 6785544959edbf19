import type { Serve } from './serve.ts'

interface Query {
  /** Default GET. */
  readonly method?: string
  /** At the data listener. Default: the studies of the server pacs. */
  readonly path?: string
  /** Default: the right one. */
  readonly authorization?: string
}

/** Talks to both listeners of a bridge, and keeps every head and body that comes back. */
export interface RecordedClient {
  /** At the data listener. @returns the status */
  query(query?: Query): Promise<number>
  /** Asks the control listener to try the issuer. @returns the status */
  test(): Promise<number>
  /** Everything else that the control listener answers. */
  askEverything(): Promise<void>
  readonly said: string
}

const CONTROL_PATHS = [
  '/dicomweb-oauth/status',
  '/dicomweb-oauth/servers',
  '/dicomweb-oauth/metrics',
  '/metrics',
  '/health/live',
  '/health/ready',
  '/unknown',
]

export function recordedClient({ dataUrl, controlUrl }: Serve, authorization: string): RecordedClient {
  const heard: string[] = []
  const ask = async (url: string, init: RequestInit = {}) => {
    const answer = await fetch(url, init)
    heard.push([...answer.headers].join('\n'), await answer.text())
    return answer.status
  }
  return {
    query: ({ method = 'GET', path = '/pacs/studies', authorization: shown = authorization } = {}) =>
      ask(dataUrl + path, { method, headers: { authorization: shown } }),
    test: () => ask(`${controlUrl}/dicomweb-oauth/servers/pacs/test`, { method: 'POST' }),
    async askEverything() {
      for (const path of CONTROL_PATHS) await ask(controlUrl + path)
      await ask(`${controlUrl}/dicomweb-oauth/servers/unknown/test`, { method: 'POST' })
    },
    get said() {
      return heard.join('\n')
    },
  }
}
