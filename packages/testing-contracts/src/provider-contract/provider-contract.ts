import { systemClock, TokenManager } from '@orthanc-oauth/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { answer, json } from '../fault-server/behaviours/answer.ts'
import { truncate } from '../fault-server/behaviours/broken.ts'
import { hang } from '../fault-server/behaviours/slow.ts'
import type { Answer } from '../fault-server/behaviours/wire-answer.ts'
import type { Behaviour } from '../fault-server/exchange.ts'
import { acquireRequest, failureOf } from './acquire.ts'
import type { ContractSubject, ExpectedFailure } from './contract-subject.ts'
import { leaks } from './leaks.ts'
import { movableClock } from './movable-clock.ts'

export interface ProviderContract {
  /** Of the suite. */
  readonly name: string
  /** Called once, disposed of after the last test. */
  readonly setUp: () => Promise<ContractSubject>
  /** What it reads of files that may change: `secret`, `private key`, … The subject has a rotation by each name. */
  readonly rotations: readonly string[]
  /** Whether there is an issuer whose clock can be put off: the subject has `atIssuerWithClock` then. */
  readonly shiftsClock: boolean
  readonly failures: readonly ExpectedFailure[]
}

/** Milliseconds in which an aborted call must be over: long for a machine under load, short beside any limit. */
const SOON = 2_000

/** Milliseconds. What clocks that nobody keeps are off by. */
const FIVE_MINUTES = 300_000

/** A token that only a failing answer holds. */
const CANARY = 'canary.eyJzdWIiOiJvcnRoYW5jIn0.c2lnbmF0dXJlLW9mLW5vYm9keQ'

/** The suite that every TokenProvider runs, against a real issuer and over real sockets. */
export function providerContract({ name, setUp, rotations, shiftsClock, failures }: ProviderContract): void {
  describe(name, () => {
    let subject: ContractSubject

    beforeAll(async () => {
      subject = await setUp()
      return () => subject[Symbol.asyncDispose]()
    })

    test('gives what the issuer gave, with its whole lifetime', async () => {
      const token = await subject.provider().acquire(acquireRequest())
      expect(token.reveal() === subject.issued().at(-1)).toBe(true)
      expect(token.lifetime).toBe(subject.lifetime)
      expect(token.type).toBe(subject.tokenType ?? 'Bearer')
    })

    test('takes the moment of sending before the request arrives, by both clocks', async () => {
      let arrived = Number.NaN
      const given = json(tokenAnswer(subject, CANARY))
      const provider = subject.misbehaving((exchange) => {
        arrived = exchange.request.at
        return given(exchange)
      })
      const called = { wall: systemClock.now(), monotonic: systemClock.monotonic() }
      const { sent } = await provider.acquire(acquireRequest())
      expect(sent.monotonic).toBeGreaterThanOrEqual(called.monotonic)
      expect(sent.monotonic).toBeLessThanOrEqual(arrived)
      expect(sent.wall).toBeGreaterThanOrEqual(called.wall)
      expect(sent.wall).toBeLessThanOrEqual(systemClock.now())
    })

    test('keeps nothing: each acquisition is a new request', async () => {
      const provider = subject.provider()
      const before = subject.issued().length
      const current = await provider.acquire(acquireRequest())
      await provider.acquire(acquireRequest({ current }))
      expect(subject.issued().length - before).toBe(2)
    })

    test('behind a manager, a refused token makes a new request reach the issuer', async () => {
      await using manager = new TokenManager(subject.provider())
      const refused = await manager.getToken()
      const before = subject.issued().length
      const another = await manager.getToken({ after: refused })
      expect(subject.issued().length - before).toBe(1)
      expect(another.reveal() === subject.issued().at(-1)).toBe(true)
      expect(another.reveal() === refused.reveal()).toBe(false)
    })

    test('a refused token is not given again while the issuer gives another', async () => {
      const provider = subject.provider()
      const rejected = await provider.acquire(acquireRequest())
      const token = await provider.acquire(acquireRequest({ current: rejected, rejected }))
      expect(token.reveal() === rejected.reveal()).toBe(false)
    })

    test('an abort ends the call soon, with its reason', async () => {
      const controller = new AbortController()
      const reason = new Error('the manager is done waiting')
      const silent = hang()
      const provider = subject.misbehaving((exchange) => {
        controller.abort(reason)
        return silent(exchange)
      })
      const started = systemClock.monotonic()
      await expect(provider.acquire(acquireRequest({ signal: controller.signal }))).rejects.toBe(reason)
      expect(systemClock.monotonic() - started).toBeLessThan(SOON)
    })

    test('an aborted call asks nobody', async () => {
      const before = subject.issued().length
      const signal = AbortSignal.abort(new Error('too late'))
      await expect(subject.provider().acquire(acquireRequest({ signal }))).rejects.toBe(signal.reason)
      expect(subject.issued()).toHaveLength(before)
    })

    for (const what of rotations)
      test(`a ${what} that is rotated counts at the next acquisition, without a restart`, async () => {
        const rotation = subject.rotations?.[what]
        if (rotation === undefined) throw new Error(`The subject has no rotation of a ${what}`)
        await rotation.provider.acquire(acquireRequest())
        await rotation.rotateAtIssuer()
        expect(await failureOf(rotation.provider)).toMatchObject({ code: 'AUTH-001', retryable: false })
        await rotation.rotateInFile()
        await rotation.provider.acquire(acquireRequest())
      })

    if (shiftsClock)
      test.each([
        ['ahead', FIVE_MINUTES],
        ['behind', -FIVE_MINUTES],
      ])(
        'of an issuer whose clock is 5 min %s, a token is used for as long as it lives, and no longer',
        async (_which, offset) => {
          const shifted = await subject.atIssuerWithClock?.(offset)
          if (shifted === undefined) throw new Error('The subject has no issuer whose clock is off')
          await using _ = shifted
          const clock = movableClock()
          await using manager = new TokenManager(shifted.provider, { clock })
          const token = await manager.getToken()
          expect(token.lifetime).toBe(shifted.lifetime)
          clock.move(shifted.lifetime / 2)
          expect(manager.peek() === token).toBe(true)
          clock.move(shifted.lifetime / 2)
          expect(manager.peek()).toBeUndefined()
        },
      )

    test.each(failures)('$title is $code', async ({ answer: given, code, retryable, retryAfter }) => {
      const error = await failureOf(subject.misbehaving(answer(given)))
      expect(error).toMatchObject({ code, retryable, retryAfter })
      expect(error.message).not.toBe('')
      expect(error.troubleshooting.length).toBeGreaterThan(0)
    })

    test.each([
      ...failures.map(({ title, answer: given }) => ({
        title,
        behave: (body: string) => answer(withBody(given, body)),
      })),
      { title: 'an error of its own', behave: (body: string) => json({ error: body }, { status: 400 }) },
      { title: 'a token answer that is cut off', behave: (body: string) => cutOff(tokenAnswer(subject, body)) },
      {
        title: 'a token answer of the wrong type',
        behave: (body: string) => json({ access_token: body, token_type: 'mac' }),
      },
    ])('TOK-F23: $title that holds secrets shows none of them', async ({ behave }) => {
      const secrets = [...subject.secrets, CANARY]
      const error = await failureOf(subject.misbehaving(behave(secrets.join(' '))))
      expect(leaks(error, secrets)).toEqual([])
    })

    test('neither the provider nor its cache key shows a secret', () => {
      for (const provider of [subject.provider(), ...subject.variants()]) {
        expect(leaks(provider, subject.secrets)).toEqual([])
        expect(leaks(provider.cacheKey, subject.secrets)).toEqual([])
      }
    })

    test('equal options have one cache key, different ones have different keys', () => {
      expect(subject.provider().cacheKey).toBe(subject.provider().cacheKey)
      const keys = [subject.provider(), ...subject.variants()].map(({ cacheKey }) => cacheKey)
      expect(new Set(keys).size).toBe(keys.length)
    })
  })
}

/** The same kind of answer, with `text` where an issuer puts free text. */
function withBody(given: Answer, text: string): Answer {
  const { body } = given
  if (typeof body !== 'string' || body === '') return given
  const { error } = body.startsWith('{') ? (JSON.parse(body) as { error?: string }) : {}
  return {
    ...given,
    body: error === undefined ? `<html>${text}</html>` : JSON.stringify({ error, error_description: text }),
  }
}

function tokenAnswer({ answerOf, tokenType = 'Bearer' }: ContractSubject, token: string): object {
  return answerOf?.(token) ?? { access_token: token, token_type: tokenType, expires_in: 60 }
}

function cutOff(given: object): Behaviour {
  const body = JSON.stringify(given)
  return truncate({ headers: { 'content-type': 'application/json' }, body }, body.length - 1)
}
