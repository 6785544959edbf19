import { fileURLToPath } from 'node:url'
import { startProcess } from '../process/start-process.ts'

export interface ShiftedIssuerOptions {
  /** Milliseconds by which its clock is ahead; negative: behind. */
  readonly offset: number
  /** Milliseconds, whole seconds. Default 300,000. */
  readonly tokenLifetime?: number
}

/** An issuer (as startIssuer's) in a process of its own, whose wall clock is off. */
export interface ShiftedIssuer extends AsyncDisposable {
  readonly issuer: string
  /** Authenticates by client_secret_post. */
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string
}

const DEFAULT_LIFETIME = 300_000
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))

export async function startShiftedIssuer({
  offset,
  tokenLifetime = DEFAULT_LIFETIME,
}: ShiftedIssuerOptions): Promise<ShiftedIssuer> {
  const child = await startProcess(
    process.execPath,
    ['--no-warnings', '--import', file('./shift-clock.ts'), file('./shifted-issuer-child.ts')],
    { env: { CLOCK_OFFSET: String(offset), TOKEN_LIFETIME: String(tokenLifetime) } },
  )
  try {
    const [said] = await child.output(/^\{.*\}$/m)
    return { ...JSON.parse(said), [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
  } catch (error) {
    await child[Symbol.asyncDispose]()
    throw error
  }
}
