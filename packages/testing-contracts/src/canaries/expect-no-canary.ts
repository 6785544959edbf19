import { canaryForms } from './canary-forms.ts'

/** What must not be found, by the name to report it by. */
export type LabelledSecrets = Readonly<Record<string, string | readonly string[]>>

/** @throws which form of which secret was found; never the secret, nor the text around it */
export function expectNoCanary(text: string, secrets: LabelledSecrets): void {
  for (const [label, values] of Object.entries(secrets)) {
    for (const secret of [values].flat()) {
      const found = canaryForms(secret).find((form) => text.includes(form.text))
      if (found) throw new Error(`Leaked: ${label}, ${found.name}, at character ${text.indexOf(found.text)}`)
    }
  }
}
