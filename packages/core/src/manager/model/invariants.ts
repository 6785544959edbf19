import type { AccessToken } from '@orthanc-oauth/core'
import type { Jumps } from './commands.ts'
import type { Call } from './issuer.ts'
import type { Observer, World } from './world.ts'

/** Of faults.md, by its number there. What the manager should do is written down here anew, not taken from its code. */
export interface Invariant {
  readonly number: number
  readonly title: string
  readonly jumps: Jumps
  /** For one run. */
  observe(world: World, broken: (what: string) => void): Observer
}

/** Milliseconds: what sums of fractions lose on a clock of 1.7e12. */
const ROUNDING = 0.01
const LONGEST_WAIT = 30_000
const LONGEST_ACQUISITION = 60_000
const LONGEST_BACKOFF = 30_000
const AFTER_REFUSAL = 60_000
const LONGEST_RETRY_AFTER = 3_600_000
/** How often somebody asks while the manager recovers. */
const POLLED = 500

/** Milliseconds after it was sent. */
function usableOf(lifetime: number): number {
  return lifetime - Math.min(10_000, lifetime / 4, Math.max(1_000, lifetime / 10))
}

/** Milliseconds, the longest that a draw leaves. */
function windowOf(lifetime: number, { circumstances }: World): number {
  return Math.max(Math.min(circumstances.refreshBuffer, lifetime / 5), Math.min(10_000, lifetime / 20))
}

/** Milliseconds until it must not be given out any more, by the clock that says less. */
function usableFor(token: AccessToken, { clock }: World): number {
  const usable = usableOf(token.lifetime)
  return Math.min(token.sent.wall + usable - clock.now(), token.sent.monotonic + usable - clock.monotonic())
}

const onlyUsable: Invariant = {
  number: 1,
  title: 'no token is given out at or after its end less the skew, by either clock',
  jumps: 'with jumps',
  observe: (world, broken) => ({
    given(token) {
      if (!(usableFor(token, world) > -ROUNDING)) broken(`given out ${-usableFor(token, world)} ms after its end`)
    },
  }),
}

const singleFlight: Invariant = {
  number: 2,
  title: 'at most one acquisition is in flight',
  jumps: 'with jumps',
  observe: (world, broken) => ({
    callBegun() {
      if (world.issuer.calls.some(({ ended }) => ended === undefined)) broken('two calls at once')
    },
  }),
}

const paced: Invariant = {
  number: 3,
  title: 'without clock jumps none is asked for before the last has served its lifetime less skew and window',
  jumps: 'without jumps',
  observe(world, broken) {
    let held: { readonly sent: number; readonly lifetime: number } | undefined
    let notBefore = Number.NEGATIVE_INFINITY
    let arrived: { readonly at: number } | undefined
    return {
      replaced({ lifetime, expiresAt }) {
        held = { sent: expiresAt - lifetime, lifetime }
        notBefore = held.sent + Math.max(usableOf(lifetime) - windowOf(lifetime, world), lifetime / 2)
        arrived = undefined
      },
      callEnded({ token }) {
        if (token !== undefined && usableFor(token, world) > 0) arrived = { at: world.clock.now() }
      },
      callBegun({ request, person, begun }) {
        if (arrived !== undefined && held !== undefined) {
          // The last answer was none that is newer: asked again after a part of what was left.
          const left = held.sent + usableOf(held.lifetime) - arrived.at
          notBefore = arrived.at + Math.min(Math.max(Math.min(10_000, held.lifetime / 20), left / 5), left)
        }
        arrived = undefined
        const again = world.issuer.calls.at(-1)?.request.signal === request.signal // a retry: invariant 4
        if (again || person || request.rejected !== undefined) return
        if (begun.wall < notBefore - ROUNDING) broken(`asked for another ${notBefore - begun.wall} ms early`)
      },
    }
  },
}

const patient: Invariant = {
  number: 4,
  title: "no attempt is made before Retry-After or the backoff has passed, a person's refresh() apart",
  jumps: 'with jumps',
  observe(world, broken) {
    const kept = 1 - world.circumstances.draw / 2
    /** Acquisitions that failed one after the other. */
    let failures = 0
    /** Monotonic; no success has ended it. */
    let pausedUntil = Number.NEGATIVE_INFINITY
    let unusable: Call | undefined
    const least = ({ error }: Call, backoff: number) =>
      Math.max(backoff * kept, Math.min(error?.retryAfter ?? 0, LONGEST_RETRY_AFTER))
    const check = (early: number) => {
      if (early > ROUNDING) broken(`an attempt ${early} ms early`)
    }
    return {
      callEnded(call) {
        if (call.token !== undefined && usableFor(call.token, world) <= 0) unusable = call
      },
      callBegun({ request, person, begun }) {
        const last = world.issuer.calls.at(-1)
        if (last?.ended === undefined) return
        const failed = last.token === undefined || last === unusable
        if (last.request.signal === request.signal) {
          const first = Math.min(1_000, (request.current?.lifetime ?? Number.POSITIVE_INFINITY) / 20)
          check(last.ended + least(last, first) - begun.monotonic)
          return
        }
        failures = failed ? failures + 1 : 0
        if (failed) {
          const backoff = least(last, Math.min(1_000 * 2 ** (failures - 1), LONGEST_BACKOFF))
          const pause = last.error?.code === 'AUTH-001' ? AFTER_REFUSAL : backoff
          pausedUntil = Math.max(pausedUntil, last.ended + pause)
        } else pausedUntil = Number.NEGATIVE_INFINITY
        if (!person) check(pausedUntil - begun.monotonic)
      },
    }
  },
}

const available: Invariant = {
  number: 5,
  title: 'with a valid token getToken neither rejects nor waits for a refresh',
  jumps: 'with jumps',
  observe(world, broken) {
    /** Given out, and nothing has taken its place since: one that was sent at another wall time ends at another. */
    let sure: AccessToken | undefined
    let valid = false
    return {
      given(token) {
        sure = token
      },
      replaced() {
        sure = undefined
      },
      asking() {
        valid = sure !== undefined && usableFor(sure, world) > ROUNDING
      },
      asked({ settled, token }, peeked) {
        if (valid && peeked === undefined) broken('peek() knows nothing of a token that is valid')
        if ((valid || peeked !== undefined) && token === undefined)
          broken(settled === undefined ? 'waits with a valid token' : 'rejects with a valid token')
      },
    }
  },
}

const punctual: Invariant = {
  number: 6,
  title: "every waiter settles by its deadline; one caller's abort never cancels the others",
  jumps: 'with jumps',
  observe: (world, broken) => ({
    stepped() {
      for (const { begun, left } of world.waiting()) {
        if (left) broken('who gave up still waits')
        if (world.clock.monotonic() - begun > LONGEST_WAIT + ROUNDING) broken('waits beyond its deadline')
      }
    },
    aborted(others) {
      if (others.some(({ settled }) => settled !== undefined)) broken('the abort of one settled another')
    },
    callEnded({ request, acquisitionBegun, ended = 0 }) {
      if (request.signal.aborted && !world.disposed && ended - acquisitionBegun < LONGEST_ACQUISITION - ROUNDING)
        broken(`an acquisition was aborted after ${ended - acquisitionBegun} ms`)
    },
  }),
}

const onward: Invariant = {
  number: 8,
  title: 'a rejected token is not given out again while the issuer gives another; no older one replaces a newer',
  jumps: 'with jumps',
  observe(world, broken) {
    const refused = new Set<string>()
    let last: AccessToken | undefined
    return {
      refused: (token) => void refused.add(token.reveal()),
      given(token) {
        if (world.issuer.late.has(token)) broken('the late result of an acquisition that was given up is in use')
        const previous = last
        last = token
        if (previous === undefined || previous.reveal() === token.reveal()) return
        if (usableFor(previous, world) <= ROUNDING || refused.has(previous.reveal())) return
        if (refused.has(token.reveal())) broken('a refused token is back in the place of another that is valid')
        if (token.sent.monotonic < previous.sent.monotonic) broken('an older token is in the place of a newer one')
      },
    }
  },
}

const resilient: Invariant = {
  number: 10,
  title: 'after the faults clear, recovery takes one longest backoff at most, and what is left of pause and flight',
  jumps: 'with jumps',
  observe(world, broken) {
    /** Monotonic. What the issuer asked for, or its refusal costs; a backoff of ours comes on top. */
    let pausedUntil = Number.NEGATIVE_INFINITY
    return {
      callEnded({ token, error, ended = 0 }) {
        const asked = error?.code === 'AUTH-001' ? AFTER_REFUSAL : Math.min(error?.retryAfter ?? 0, LONGEST_RETRY_AFTER)
        if (error !== undefined) pausedUntil = Math.max(pausedUntil, ended + asked)
        else if (token !== undefined && usableFor(token, world) > 0) pausedUntil = Number.NEGATIVE_INFINITY
      },
      async finish() {
        world.issuer.manner = { mood: { kind: 'gives', lifetime: 3_600_000 }, delay: 0, heedsSignal: true }
        const now = world.clock.monotonic()
        const begun = world.issuer.calls.at(-1)?.acquisitionBegun ?? now
        const flight = Math.max(begun + LONGEST_ACQUISITION - now, 0)
        for (let passed = 0; world.peek() === undefined; passed += POLLED) {
          const most = flight + Math.max(pausedUntil - now, LONGEST_BACKOFF) // what was under way may still be refused
          if (passed > most + POLLED) return broken(`no token ${passed} ms after the faults cleared, not after ${most}`)
          await world.clock.advance(POLLED)
        }
      },
    }
  },
}

const clean: Invariant = {
  number: 14,
  title: 'after stop there are no timers, no waiters and no calls; without start() none while nobody waits',
  jumps: 'with jumps',
  observe: (world, broken) => ({
    stepped() {
      const last = world.issuer.calls.at(-1)
      const flying = last !== undefined && world.clock.monotonic() - last.acquisitionBegun < LONGEST_ACQUISITION
      const idle = !world.started && !flying && world.waiting().length === 0
      if (idle && world.timers > 0) broken(`${world.timers} timers while nothing is under way`)
    },
    async finish() {
      await world.dispose()
      const calls = world.issuer.calls.length
      if (world.timers > 0) broken(`${world.timers} timers after the manager was disposed`)
      if (world.waiting().length > 0) broken(`${world.waiting().length} still wait after the manager was disposed`)
      await world.ask(true)
      await world.clock.advance(LONGEST_RETRY_AFTER)
      if (world.peek() !== undefined) broken('a token is given out after the manager was disposed')
      if (world.issuer.calls.length > calls) broken('the issuer is asked after the manager was disposed')
      if (world.waiting().length > 0) broken('somebody waits who came after the manager was disposed')
    },
  }),
}

export const invariants: readonly Invariant[] = [
  onlyUsable,
  singleFlight,
  paced,
  patient,
  available,
  punctual,
  onward,
  resilient,
  clean,
]
