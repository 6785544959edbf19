import { vi } from 'vitest'

/** Milliseconds. Long beside what is waited for, because a busy machine is no fault. */
const LIMIT = 20_000
const LOOK_EVERY = 10

/** Waits for a condition, whose value it gives back. @throws where it does not come true */
export function until<T>(condition: () => T | Promise<T>): Promise<NonNullable<T>> {
  return vi.waitUntil(condition, { timeout: LIMIT, interval: LOOK_EVERY }) as Promise<NonNullable<T>>
}
