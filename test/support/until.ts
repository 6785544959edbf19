import { vi } from 'vitest'

/** Milliseconds. Beyond the longest pause that anything of ours makes by itself (30 s). */
const LIMIT = 45_000
const LOOK_EVERY = 50

/** Waits for a condition, whose value it gives back. @throws where it does not come true */
export function until<T>(condition: () => T | Promise<T>): Promise<NonNullable<T>> {
  return vi.waitUntil(condition, { timeout: LIMIT, interval: LOOK_EVERY }) as Promise<NonNullable<T>>
}
