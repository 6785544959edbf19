import { expect, test } from 'vitest'
import { checkedRetryPolicy, defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts'

test('a policy is copied', () => {
  const policy = { ...defaultRetryPolicy }
  const checked = checkedRetryPolicy(policy)
  policy.attempts = 99
  expect(checked).toEqual(defaultRetryPolicy)
})

test.each([
  { attempts: 0 },
  { attempts: 1.5 },
  { strategy: 'expo' as RetryPolicy['strategy'] }, // its delay would be no number: attempts without a pause
  { initialDelay: -1 },
  { multiplier: Number.NaN },
  { increment: Number.POSITIVE_INFINITY },
  { maxDelay: -1 },
])('%o is refused', (wrong) => {
  expect(() => checkedRetryPolicy({ ...defaultRetryPolicy, ...wrong })).toThrow(
    expect.objectContaining({ code: 'CFG-002' }),
  )
})
