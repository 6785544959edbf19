/** A line of the table. Times in milliseconds. */
export interface Row {
  readonly what: string
  readonly measured: string
  /** What it is compared with, and what that measured. */
  readonly peer: string
  readonly ratio?: number
  /** The largest ratio asked for; absent: for information. */
  readonly target?: number
  /** Of what was counted, not timed: the count asked for, and whether it was that each time. */
  readonly count?: { readonly target: number; readonly right: boolean }
}
