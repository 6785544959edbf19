export interface Sabotage {
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  /** Its text, once in that file. */
  readonly guard: string
  readonly instead: string
  /** The rows of docs/faults.md of which at least one must turn red. */
  readonly rows: readonly string[]
}

/** Guards of which each, switched off, must be noticed. */
export const sabotages: readonly Sabotage[] = []
