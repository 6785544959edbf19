import { median } from './median.ts'

/**
 * Does the work `iterations` times in a loop of its own, so that the engine compiles it as it would in a program.
 *
 * @returns how often it came out right: what is counted and checked cannot be optimised away
 */
export type Loop = (iterations: number) => number | Promise<number>

/** Nanoseconds for one, the median of all rounds. */
export interface Compared {
  readonly ours: number
  readonly peer: number
}

/** Before anything counts: enough for the engine's last tier. */
const WARM_UP_ROUNDS = 20
/** Short and many rather than long and few: what else the machine does then hits single rounds, and the median ignores them. */
const ROUNDS = 101
const ITERATIONS = 50_000

const NANOSECONDS = 1e6 // in a millisecond

/** Times both in turns, A B, then B A, so that neither always runs in the other's wake. @throws where a loop comes out wrong */
export async function compare(ours: Loop, peer: Loop): Promise<Compared> {
  const times = { ours: [] as number[], peer: [] as number[] }
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const first = round % 2 === 0 ? await timed(ours) : undefined
    const peers = await timed(peer)
    const own = first ?? (await timed(ours))
    if (round < 0) continue
    times.ours.push(own)
    times.peer.push(peers)
  }
  return { ours: median(times.ours), peer: median(times.peer) }
}

async function timed(loop: Loop): Promise<number> {
  const begin = performance.now()
  const right = await loop(ITERATIONS)
  const took = performance.now() - begin
  if (right !== ITERATIONS) throw new Error(`${ITERATIONS - right} of ${ITERATIONS} came out wrong`)
  return (took / ITERATIONS) * NANOSECONDS
}
