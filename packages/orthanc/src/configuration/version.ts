import type { Sources } from '../json/sources.ts'
import { toValue } from '../json/to-value.ts'
import type { SectionValues } from './schema/section-schema.ts'
import type { Settings } from './settings.ts'

/** 1.0 asks for a provider `auto` and a buffer of 300 s where none is given, and these are the defaults of 2.0 too. */
const KNOWN: readonly unknown[] = ['1.0', '2.0', undefined]

/** `ConfigVersion` stands in the section in the Python plugin's examples, and at the root in its code. */
export function checkVersion({ values, path, problems }: Settings<SectionValues>, sources: Sources): void {
  const root = sources.section('ConfigVersion')
  const versions = [
    { version: values.ConfigVersion, at: [...path, 'ConfigVersion'] },
    { version: root && toValue(root, [], () => undefined), at: ['ConfigVersion'] },
  ]
  for (const { version, at } of versions)
    if (!KNOWN.includes(version))
      problems.report('CFG-002', at, { found: 'another version', expected: '"1.0" or "2.0"' })
}
