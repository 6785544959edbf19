import type { Clock } from '../clock/clock.ts'
import type { Expiring } from '../token/expiring.ts'
import { type Moments, momentsOf } from '../token/moments.ts'

/** A credential with its moments by both clocks. What either clock calls past is past. */
export class Held<C extends Expiring> {
  readonly credential: C
  /** The claims challenge that it answers. */
  readonly claims: string | undefined
  readonly #moments: Moments

  /** @param random a draw from [0, 1) */
  constructor(credential: C, claims: string | undefined, refreshBuffer: number, random: number) {
    this.credential = credential
    this.claims = claims
    this.#moments = momentsOf(credential, refreshBuffer, random)
  }

  /** By the wall clock. */
  get dueWall(): number {
    return this.credential.sent.wall + this.#moments.due
  }

  /** By the monotonic clock. */
  get dueMonotonic(): number {
    return this.credential.sent.monotonic + this.#moments.due
  }

  /** Milliseconds until a refresh is due; 0 or less: it is. */
  untilDue(clock: Clock): number {
    return this.#until(this.#moments.due, clock)
  }

  /** Milliseconds until it must not be given out any more; 0 or less: it must not. */
  untilUnusable(clock: Clock): number {
    return this.#until(this.#moments.unusable, clock)
  }

  #until(moment: number, clock: Clock): number {
    const { wall, monotonic } = this.credential.sent
    return Math.min(wall + moment - clock.now(), monotonic + moment - clock.monotonic())
  }
}
