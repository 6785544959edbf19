/** Milliseconds in which a definition that vanishes a second time counts as deleted: nobody restarts Orthanc that often unseen. */
export const VANISHES_AGAIN_WITHIN = 600_000

/** Where a name leads in Orthanc. */
export type Place =
  /** To us, as we put it. */
  | 'ours'
  /** To us, for another process of the bridge. */
  | 'taken'
  /** As it was before us. */
  | 'template'
  | 'elsewhere'
  | 'absent'

/** What is known of one definition when Orthanc's list is looked at. */
export interface Sight {
  readonly place: Place
  /** Read back from Orthanc since it was put last. */
  readonly confirmed: boolean
  /** An administrator took it away, and it stays away. */
  readonly givenUp: boolean
  /** Milliseconds since it vanished last and was put again; Infinity: never. */
  readonly sinceVanished: number
}

export type Verdict =
  | 'registered'
  | 'register'
  /** Register, and remember that it vanished. */
  | 'register again'
  | 'deleted'
  | 'replaced'

/**
 * What is to be done with each definition.
 *
 * Orthanc does not say that it was started again, but forgets what it was told: it was away, a template's Url is back,
 * or all of ours are gone. One of several that is gone, or one that vanishes again, was deleted by an administrator,
 * and stays away until something of its name leads to its template again.
 *
 * @param away Orthanc could not be reached since it was looked at last
 */
export function judge(sights: readonly Sight[], away: boolean): Verdict[] {
  const ours = sights.filter(({ confirmed, givenUp, place }) => confirmed && !givenUp && place !== 'taken')
  const restarted =
    away || ours.some(({ place }) => place === 'template') || ours.every(({ place }) => place !== 'ours')
  return sights.map((sight) => judgeOne(sight, away, restarted))
}

function judgeOne({ place, confirmed, givenUp, sinceVanished }: Sight, away: boolean, restarted: boolean): Verdict {
  if (place === 'template') return 'register'
  if (!givenUp && !confirmed) return 'register'
  if (place === 'ours') return givenUp ? 'register' : 'registered'
  if (!givenUp && place !== 'taken') {
    if (away) return 'register'
    if (restarted && sinceVanished > VANISHES_AGAIN_WITHIN) return 'register again'
  }
  return place === 'absent' ? 'deleted' : 'replaced'
}
