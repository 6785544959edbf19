import fc from 'fast-check'
import type { Manner, Mood } from './issuer.ts'
import type { Circumstances, World } from './world.ts'

const SECOND = 1_000
const HOUR = 3_600_000

type Command = fc.AsyncCommand<object, World>

/** Whatever happens to the clocks besides their going on. */
export type Jumps = 'with jumps' | 'without jumps'

/** Lifetimes from 2 s to 1 h: those where a rule changes its form, short ones more often, and any. */
const lifetime = fc.oneof(
  fc.constantFrom(2, 2, 5, 5, 60, 100, 200, 300, 3_600).map((s) => s * SECOND),
  fc.integer({ min: 2 * SECOND, max: HOUR }),
)

/** Biased: a model is blind for what its issuer seldom does, and repeating itself is what breaks most rules. */
const mood: fc.Arbitrary<Mood> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('gives' as const), lifetime }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('repeats' as const), lifetime }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('renews' as const), lifetime }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lags' as const), lifetime }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'busy' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('busy' as const),
      retryAfter: fc.constantFrom(0, 5, 20, 40, 120, 7_200).map((s) => s * SECOND),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'refuses' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'hangs' as const }) },
)

const manner: fc.Arbitrary<Manner> = fc.record({
  mood,
  delay: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(1, 300, 1_900, 1_900, 4_800, 4_800, 8_000, 29_999, 45_000, 59_999, 60_000, 70_000),
    },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 90_000 }) },
  ),
  heedsSignal: fc.boolean(),
})

const passing = fc.oneof(
  fc.constantFrom(1, 50, 500, 999, 1_000, 3_000, 10_000, 29_999, 30_000, 60_000, 61_000, 290_000, 600_000),
  fc.integer({ min: 1, max: 120_000 }),
)

function command(name: string, run: (world: World) => Promise<void> | void): Command {
  return { check: () => true, run: (_, world) => world.step(() => run(world)), toString: () => name }
}

const peek = command('peek', (world) => void world.peek())
const ask = command('get', (world) => world.ask(false))
const askPlainly = command('get, plainly', (world) => world.ask(true))
const refused = command('refused', (world) => world.askForAnother())
const refresh = command('refresh', (world) => world.refresh())
const start = command('start', (world) => world.start())

const abort = fc.nat(3).map((n) => command(`abort the waiter ${n}`, (world) => world.abort(n)))
const advance = passing.map((ms) => command(`advance ${ms}`, (world) => world.clock.advance(ms)))
/** To where the last token is due, or nearly over: other advances seldom end there. */
const grow = fc
  .constantFrom(0.5, 0.7, 0.75, 0.85, 0.89, 0.9, 0.95, 1)
  .map((share) => command(`advance to ${share} of the lifetime`, (world) => world.grow(share)))
const turn = manner.map((next) =>
  command(`issuer ${JSON.stringify(next)}`, (world) => {
    world.issuer.manner = next
  }),
)
const jump = fc
  .oneof(fc.constantFrom(-2 * HOUR, 2 * HOUR), fc.integer({ min: -400_000, max: 400_000 }))
  .map((ms) => command(`jump ${ms}`, (world) => world.clock.jump(ms)))
const suspend = fc
  .tuple(fc.constantFrom(1_000, 60_000, 300_000, 8 * HOUR), fc.constantFrom('stops' as const, 'runs' as const))
  .map(([ms, monotonic]) => command(`suspend ${ms}, ${monotonic}`, (world) => world.clock.suspend(ms, monotonic)))

/** Repeated entries are the weights: fast-check draws each with the same chance. */
export function commands(jumps: Jumps): fc.Arbitrary<Iterable<Command>> {
  const always = [
    ...[peek, ask, ask, askPlainly, refused, refused, refresh, start].map((one) => fc.constant(one)),
    ...[advance, advance, advance, advance, grow, grow, grow, turn, turn, turn, abort],
  ]
  const list = jumps === 'with jumps' ? [...always, jump, suspend] : always
  return fc.commands(list, { maxCommands: 40, size: 'max' })
}

export const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  retry: fc.boolean(),
  refreshBuffer: fc.constantFrom(0, 300_000, HOUR),
  draw: fc.constantFrom(0, 0.5, 0.999),
})
