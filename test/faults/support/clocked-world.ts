import { once } from 'node:events'
import type { Expiring, TokenManager } from '@orthanc-oauth/core'
import { type FakeClock, fakeClock } from '@orthanc-oauth/testing'
import { type BridgeWorld, type BridgeWorldOptions, bridgeWorld } from './bridge-world.ts'

export interface ClockedWorld extends BridgeWorld {
  readonly clock: FakeClock
  readonly manager: TokenManager<Expiring>
}

/** Far shorter than the limits of a connection, which go by the same clock. */
const STEP = 100
/** Milliseconds that a timer of a manager that is kept fresh adds to its moment, at most. */
export const LATE = 2

/** A bridge by a clock that stands still; one attempt for each acquisition, so that none waits for the clock. */
export async function clockedWorld(options: Omit<BridgeWorldOptions, 'clock'> = {}): Promise<ClockedWorld> {
  const clock = fakeClock()
  const serverKeys = { ResilienceConfig: { RetryMaxAttempts: 1 }, ...options.serverKeys }
  const world = await bridgeWorld({ ...options, serverKeys, clock })
  const manager = world.bridge.servers.get('cloud')?.authorizer.credentials
  if (manager === undefined) throw new Error('There is no server cloud')
  return { ...world, clock, manager }
}

/** Moves the clock to the moment at which the token is refreshed in the background, and waits until that has failed. */
export async function refreshFails({ clock, manager }: ClockedWorld): Promise<void> {
  const failed = once(manager.events, 'failed')
  while (manager.status.state === 'fresh') await clock.advance(STEP)
  await clock.advance(LATE)
  await failed
}
