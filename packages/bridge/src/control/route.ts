import type { IncomingMessage, ServerResponse } from 'node:http'

/** One call, already let in. */
interface ControlCall {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** What stands in the place of `{name}`, decoded; '' where the path has none. */
  readonly name: string
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal
}

/** A path of the control listener and what it does. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** `{name}` stands for one segment. */
  readonly path: string
  /** For whoever asks: it says nothing. Default: known hosts, no other site, ControlUsers. */
  readonly open?: boolean
  handle(call: ControlCall): void | Promise<void>
}

/** Those routes that a path leads to, whatever their method, and the name in it. */
export function matchRoutes(routes: readonly Route[], path: string): { routes: readonly Route[]; name: string } {
  const segments = path.split('/')
  let name = ''
  const matching = routes.filter((route) => {
    const pattern = route.path.split('/')
    if (pattern.length !== segments.length) return false
    return pattern.every((part, index) => {
      const segment = segments[index] ?? ''
      if (part !== '{name}') return part === segment
      const decoded = decodedSegment(segment)
      name = decoded ?? name
      return decoded !== undefined
    })
  })
  return { routes: matching, name }
}

function decodedSegment(segment: string): string | undefined {
  try {
    return segment === '' ? undefined : decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
