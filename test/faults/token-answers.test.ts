import { answer, type Behaviour, truncate } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { fault } from './support/fault.ts'
import { shown } from './support/shown.ts'
import { numberedTokens, tokenAnswer } from './support/token-answers.ts'
import { tokenWorld } from './support/token-world.ts'

/** What RFC 6749, section 5.1 does not allow is meant: asking again would bring the same. */
async function failsAtOnce(behaviour: Behaviour) {
  await using world = await tokenWorld()
  world.endpoint.always(behaviour)
  const error = await world.failure()
  expect(error).toMatchObject({ code: 'TOK-005', retryable: false })
  expect(world.calls).toBe(1)
  return { error, calls: world.calls }
}

fault('TOK-F01', 'an answer without access_token fails and is not asked for again', async (seen) => {
  const { error, calls } = await failsAtOnce(tokenAnswer({ access_token: undefined }))
  seen(`${error.code} after ${calls} call`)
})

fault('TOK-F02', 'a token of another type than Bearer fails and is not asked for again', async (seen) => {
  const { error, calls } = await failsAtOnce(tokenAnswer({ token_type: 'mac' }))
  seen(`mac: ${error.code} after ${calls} call`)
})

fault('TOK-F02', 'the token type is compared without case', async (seen) => {
  await using world = await tokenWorld()
  world.endpoint.always(tokenAnswer({ token_type: 'bEARER' }))
  const token = await world.manager.getToken()
  expect(token.type).toBe('Bearer')
  seen(`bEARER: taken as ${token.type}`)
})

const page = '<!DOCTYPE html><title>Sign in</title><p>session of nurse-7</p>'

for (const type of ['text/html', 'application/json']) {
  fault('TOK-F05', `a login page called ${type} fails, and nothing of it is shown`, async (seen) => {
    const { error, calls } = await failsAtOnce(answer({ headers: { 'content-type': type }, body: page }))
    const text = shown(error)
    expect(text).not.toMatch(/DOCTYPE|Sign in|nurse-7/)
    seen(`as ${type}: ${error.code} after ${calls} call, ${countOf('nurse-7', text)} × the page in what is shown of it`)
  })
}

const headers = { 'content-type': 'application/json' }
const body = '{"access_token":"opaque","token_type":"Bearer","expires_in":3600}'
const CUT_AT = 20

const incomplete = [
  { what: 'an empty answer', behaviour: answer({ headers }) },
  { what: 'an answer cut off by its connection', behaviour: truncate({ headers, body }, CUT_AT) },
  { what: 'an answer cut off by its author', behaviour: answer({ headers, body: body.slice(0, CUT_AT) }) },
]

for (const { what, behaviour } of incomplete) {
  fault('TOK-F06', `${what} is asked for again, three times in all`, async (seen) => {
    await using world = await tokenWorld()
    world.endpoint.always(behaviour)
    const error = await world.failure()
    expect(error).toMatchObject({ code: 'NET-002', retryable: true })
    expect(world.calls).toBe(3)
    seen(`${what}: ${world.calls} calls, then ${error.code}`)
  })

  fault('TOK-F06', `after ${what} the next attempt may bring the token`, async (seen) => {
    await using world = await tokenWorld()
    world.endpoint.next(behaviour)
    world.endpoint.always(numberedTokens('token'))
    const token = await world.manager.getToken()
    expect(token.reveal()).toBe('token-1')
    seen(`after ${what} a token at call ${world.calls}`)
  })
}

const LARGEST_TOKEN = 16 * 1024

const unfit = [
  { what: 'CR and LF', token: 'canary\r\nX-Injected: yes' },
  { what: 'LF', token: 'canary\nX-Injected: yes' },
  { what: 'more than 16 KiB', token: `canary${'a'.repeat(LARGEST_TOKEN)}` },
]

for (const { what, token } of unfit) {
  fault('TOK-F14', `a token with ${what} is refused and not echoed`, async (seen) => {
    const { error } = await failsAtOnce(tokenAnswer({ access_token: token }))
    const echoes = countOf('canary', shown(error)) + countOf('X-Injected', shown(error))
    expect(echoes).toBe(0)
    seen(`${what} (${token.length} bytes): ${error.code}, ${echoes} × in what is shown of it`)
  })
}

fault('TOK-F14', 'a token of exactly 16 KiB is accepted', async (seen) => {
  await using world = await tokenWorld()
  world.endpoint.always(tokenAnswer({ access_token: 'a'.repeat(LARGEST_TOKEN) }))
  const { length } = (await world.manager.getToken()).reveal()
  expect(length).toBe(LARGEST_TOKEN)
  seen(`${length} bytes: accepted`)
})

function countOf(needle: string, text: string): number {
  return text.split(needle).length - 1
}
