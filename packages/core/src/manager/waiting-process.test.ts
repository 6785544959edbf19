import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

/** Runs a module of its own, with nothing in it that keeps the process alive but what is tested. */
async function runs(program: string): Promise<{ code: unknown; output: string }> {
  const imports = ['manager/token-manager', 'errors/orthanc-oauth-error', 'token/access-token'].map(
    (file) =>
      `import * as ${file.replace(/\W/g, '_')} from ${JSON.stringify(new URL(`../${file}.ts`, import.meta.url))}`,
  )
  const source = `${imports.join('\n')}
    const { TokenManager } = manager_token_manager
    const { OrthancOAuthError } = errors_orthanc_oauth_error
    const { AccessToken } = token_access_token
    const down = () => Promise.reject(new OrthancOAuthError('NET-002', 'down', { retryable: true }))
    const provider = (acquire) => ({ name: 'test', cacheKey: 'test', acquire })
    ${program}`
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  return { code, output }
}

test('a script that waits for a token lives until it has an answer', async () => {
  const { code, output } = await runs(`
    let calls = 0
    const later = new TokenManager(provider(() => (calls += 1) < 3 ? down() : Promise.resolve(
      new AccessToken({ value: 'x', sent: { wall: Date.now(), monotonic: performance.now() }, lifetime: 60_000 }))),
      { retry: { attempts: 3, strategy: 'fixed', initialDelay: 50, multiplier: 1, increment: 0, maxDelay: 50 } })
    await later.getToken()
    const never = new TokenManager(provider(down), { retry: false })
    await never.getToken().catch(() => undefined)
    await never.getToken().catch((error) => console.log(calls, error.code))`)
  expect({ code, output }).toEqual({ code: 0, output: '3 NET-002\n' })
})

test('a script that has its token ends, though its manager goes on refreshing', async () => {
  const { code, output } = await runs(`
    const manager = new TokenManager(provider(() => Promise.resolve(
      new AccessToken({ value: 'x', sent: { wall: Date.now(), monotonic: performance.now() }, lifetime: 60_000 }))))
    await manager.start()
    console.log(manager.status.state)`)
  expect({ code, output }).toEqual({ code: 0, output: 'fresh\n' })
})
