import { describe, expect, test } from 'vitest'
import { backoff } from './backoff.ts'
import { defaultRetryPolicy } from './retry-policy.ts'

const policy = { ...defaultRetryPolicy, maxDelay: 3_000 }

describe('backoff', () => {
  test.each([
    { strategy: 'exponential', failed: 1, random: 0, delay: 1_000 },
    { strategy: 'exponential', failed: 2, random: 0, delay: 2_000 },
    { strategy: 'exponential', failed: 3, random: 0, delay: 3_000 }, // capped
    { strategy: 'exponential', failed: 5_000, random: 0, delay: 3_000 }, // 2 ** 4,999 is Infinity
    { strategy: 'exponential', failed: 2, random: 0.5, delay: 1_500 },
    { strategy: 'exponential', failed: 2, random: 1, delay: 1_000 },
    { strategy: 'linear', failed: 1, random: 0, delay: 1_000 },
    { strategy: 'linear', failed: 2, random: 0, delay: 2_000 },
    { strategy: 'linear', failed: 9, random: 0, delay: 3_000 }, // capped
    { strategy: 'fixed', failed: 1, random: 0, delay: 1_000 },
    { strategy: 'fixed', failed: 3, random: 0, delay: 1_000 },
    { strategy: 'fixed', failed: 3, random: 0.5, delay: 750 },
  ] as const)('$strategy, $failed failed, drawn $random: $delay ms', ({ strategy, failed, random, delay }) => {
    expect(backoff({ ...policy, strategy }, failed, random)).toBe(delay)
  })
})
