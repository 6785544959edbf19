import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../process/free-port.ts'
import { startProcess } from '../process/start-process.ts'
import { temporaryFolder } from '../process/temporary-folder.ts'
import { findTinyproxy } from './find-tinyproxy.ts'

export interface TinyproxyOptions {
  /** What it asks for (RFC 7617). Default: nothing. */
  readonly credentials?: { readonly user: string; readonly password: string }
}

/** A real tinyproxy on 127.0.0.1. */
export interface Tinyproxy extends AsyncDisposable {
  /** http://127.0.0.1:port, without credentials. */
  readonly url: string
  /** host:port of each CONNECT that it was asked for, in order. */
  readonly tunnels: readonly string[]
  /** Everything that it has logged. */
  readonly log: string
}

/** One that connects to any port. @throws where there is no tinyproxy */
export async function startTinyproxy({ credentials }: TinyproxyOptions = {}): Promise<Tinyproxy> {
  const executable = findTinyproxy()
  if (executable === undefined) throw new Error('There is no tinyproxy: install it, or set TINYPROXY_PATH')
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const port = await freePort()
  const file = join(folder.path, 'tinyproxy.conf')
  const lines = [
    `Port ${port}`,
    'Listen 127.0.0.1',
    'Timeout 600',
    'MaxClients 100',
    'LogLevel Info',
    'DisableViaHeader Yes',
    ...(credentials ? [`BasicAuth ${credentials.user} ${credentials.password}`] : []),
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  const running = stack.use(await startProcess(executable, ['-d', '-c', file], { folder: folder.path }))
  await running.output(/Accepting connections/)
  const owned = stack.move()
  return {
    url: `http://127.0.0.1:${port}`,
    get tunnels() {
      return [...running.text.matchAll(/: CONNECT (\S+) HTTP/g)].map(([, host = '']) => host)
    },
    get log() {
      return running.text
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
