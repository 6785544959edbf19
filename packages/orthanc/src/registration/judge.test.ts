import { describe, expect, test } from 'vitest'
import { judge, type Place, type Sight, VANISHES_AGAIN_WITHIN } from './judge.ts'

const sight = (place: Place, more: Partial<Sight> = {}): Sight => ({
  place,
  confirmed: true,
  givenUp: false,
  sinceVanished: Number.POSITIVE_INFINITY,
  ...more,
})

const fresh = { confirmed: false }
const givenUp = { givenUp: true }
const recently = { sinceVanished: VANISHES_AGAIN_WITHIN }
const longAgo = { sinceVanished: VANISHES_AGAIN_WITHIN + 1 }

describe('judge', () => {
  test.each<[string, Sight[], boolean, string[]]>([
    [
      'what was never put is registered, wherever its name leads',
      [
        sight('absent', fresh),
        sight('elsewhere', fresh),
        sight('template', fresh),
        sight('ours', fresh),
        sight('taken', fresh),
      ],
      false,
      ['register', 'register', 'register', 'register', 'register'],
    ],
    ['what is there is left alone', [sight('ours'), sight('ours')], false, ['registered', 'registered']],
    [
      'ORT-F1: all of ours are gone: a restart',
      [sight('absent'), sight('absent')],
      false,
      ['register again', 'register again'],
    ],
    [
      'ORT-F1: all of ours lead elsewhere: a restart with another configuration',
      [sight('elsewhere'), sight('absent')],
      false,
      ['register again', 'register again'],
    ],
    [
      "ORT-F1: a template's Url is back: a restart, for the others too",
      [sight('template'), sight('absent'), sight('ours')],
      false,
      ['register', 'register again', 'registered'],
    ],
    [
      "ORT-F1: a template's Url is back, and again at once: a restart each time",
      [sight('template', recently)],
      false,
      ['register'],
    ],
    [
      'ORT-F1: Orthanc was away: a restart, however often',
      [sight('absent', recently), sight('ours'), sight('elsewhere')],
      true,
      ['register', 'registered', 'register'],
    ],
    ['ORT-F4: one of several is gone: deleted', [sight('ours'), sight('absent')], false, ['registered', 'deleted']],
    [
      'ORT-F4: one of several leads elsewhere: replaced',
      [sight('ours'), sight('elsewhere')],
      false,
      ['registered', 'replaced'],
    ],
    [
      'ORT-F4: the only one vanishes again within ten minutes: deleted',
      [sight('absent', recently)],
      false,
      ['deleted'],
    ],
    [
      'ORT-F4: the only one leads elsewhere again within ten minutes: replaced',
      [sight('elsewhere', recently)],
      false,
      ['replaced'],
    ],
    ['ORT-F4: the only one vanishes again later: a restart', [sight('absent', longAgo)], false, ['register again']],
    [
      'ORT-F4: what was deleted stays away',
      [sight('ours'), sight('absent', givenUp)],
      false,
      ['registered', 'deleted'],
    ],
    [
      'ORT-F4: what was deleted stays away, after a restart too',
      [sight('absent'), sight('absent', givenUp)],
      true,
      ['register', 'deleted'],
    ],
    [
      'what was deleted does not keep the rest from being gone all together',
      [sight('absent'), sight('absent', givenUp)],
      false,
      ['register again', 'deleted'],
    ],
    [
      'what was deleted is registered once its template is back',
      [sight('ours'), sight('template', givenUp)],
      false,
      ['registered', 'register'],
    ],
    [
      'another process of the bridge has taken the name: left to it at once',
      [sight('taken'), sight('taken')],
      false,
      ['replaced', 'replaced'],
    ],
    [
      'another process has taken one: that is no restart',
      [sight('taken'), sight('ours')],
      false,
      ['replaced', 'registered'],
    ],
    ['no servers', [], false, []],
  ])('%s', (_, sights, away, verdicts) => {
    expect(judge(sights, away)).toEqual(verdicts)
  })
})
