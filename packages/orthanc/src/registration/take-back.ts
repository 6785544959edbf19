import { asOurs } from './as-ours.ts'
import type { Entry } from './entry.ts'
import type { OrthancApi } from './orthanc-api.ts'
import type { RegistrationStatus } from './registration-status.ts'

/**
 * Undoes what was registered: a template out of a file goes back, any other definition of ours is removed. What leads
 * elsewhere by now is somebody else's and stays.
 */
export async function takeBack(
  entries: readonly Entry[],
  api: OrthancApi,
  set: (entry: Entry, status: RegistrationStatus) => void,
): Promise<void> {
  if (entries.length === 0) return
  const fail = (entry: Entry, error: unknown) => set(entry, { state: 'failed', error: asOurs(error) })
  try {
    const listed = await api.servers()
    const ours = entries.filter((entry) => entry.placeIn(listed) === 'ours')
    await Promise.all(
      ours.map((entry) =>
        takeBackOne(entry, api).then(
          () => set(entry, { state: 'removed' }),
          (error: unknown) => fail(entry, error),
        ),
      ),
    )
  } catch (error) {
    for (const entry of entries) fail(entry, error)
  }
}

function takeBackOne({ name, template }: Entry, api: OrthancApi): Promise<void> {
  return template === undefined ? api.delete(name) : api.put(name, template.definition)
}
