import { canaryForms } from '@orthanc-oauth/testing'

/** How many forms of these secrets a text holds. */
export function canariesIn(text: string, secrets: Readonly<Record<string, string>>): number {
  return Object.values(secrets)
    .flatMap((secret) => canaryForms(secret))
    .filter((form) => text.includes(form.text)).length
}
