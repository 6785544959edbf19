import type { DemoFile } from './files.ts'
import type { Progress } from './progress.ts'
import type { World } from './world.ts'

/** Tokens that must have been used before the demo ends: it then lived through the end of one less. */
export const TOKENS_TO_USE = 4

/** What came of it. What the protected server saw is in its own tally. */
export interface Outcome {
  /** Instances at the server after all were stored. */
  readonly stored: number
  /** Studies that the server listed. */
  readonly listed: number
  /** SHA-256 (hex) of what the emptied hospital has got back. */
  readonly retrieved: ReadonlySet<string>
}

/** Stores, queries and retrieves; each step begins when the one before has ended. @throws where one fails */
export async function runSteps(
  { site, origin, pacs }: World,
  files: readonly DemoFile[],
  progress: Progress,
): Promise<Outcome> {
  const { hospital } = site
  const soFar = () => `${origin.tally.tokens.size} tokens used so far`
  await progress('Upload', async () => {
    for (const { bytes } of files) await hospital.upload(bytes)
    return [undefined, `${files.length} files into ${hospital.name}`]
  })
  const stored = await progress('STOW', async () => {
    await hospital.stow()
    const count = await pacs.stored()
    return [count, `${count} instances at the protected server, ${soFar()}`]
  })
  const studies = await progress('QIDO', async () => {
    const found = await hospital.studies()
    return [found, `${found.length} studies listed, ${soFar()}`]
  })
  const retrieved = await progress('WADO', async () => {
    await hospital.empty()
    await hospital.retrieve(studies)
    const hashes = await hospital.hashes()
    return [hashes, `${hashes.size} files back in ${hospital.name}, which had been emptied, ${soFar()}`]
  })
  await progress('QIDO', async () => {
    const { tokens } = origin.tally
    let count = 0
    for (; tokens.size < TOKENS_TO_USE; count += 1) await hospital.studies()
    return [undefined, `${count} more, until ${tokens.size} tokens had been used`]
  })
  return { stored, listed: studies.length, retrieved }
}
