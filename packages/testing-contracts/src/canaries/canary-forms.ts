/** Fewer characters are found by chance. */
const SHORTEST_FORM = 8
/** So that a half is long enough. */
const SHORTEST_SECRET = 2 * SHORTEST_FORM

const BITS_PER_BYTE = 8
const BITS_PER_CHARACTER = 6

/** A way in which a secret may have been written, and what is to be looked for. */
export interface CanaryForm {
  readonly name: string
  readonly text: string
}

/**
 * What a secret looks like in a log, a header, a URL or an error: as it is, in base64 and base64url (alone, or anywhere
 * inside a longer string such as `user:secret`), percent-encoded, escaped in JSON, cut in half.
 *
 * @throws where the secret is shorter than 16 characters: its halves would be found by chance
 */
export function canaryForms(secret: string): readonly CanaryForm[] {
  if (secret.length < SHORTEST_SECRET) throw new Error(`A canary needs at least ${SHORTEST_SECRET} characters`)
  return formsOf(secret)
}

/** The same of any text; of a short one without the forms that would be found by chance. */
export function formsOf(secret: string): readonly CanaryForm[] {
  const half = Math.floor(secret.length / 2)
  const forms: CanaryForm[] = [
    { name: 'raw', text: secret },
    ...base64Forms(secret),
    ...percentForms(secret),
    { name: 'JSON-escaped', text: JSON.stringify(secret).slice(1, -1) },
    { name: 'first half', text: secret.slice(0, half) },
    { name: 'second half', text: secret.slice(half) },
  ]
  return forms
    .filter(({ name, text }) => name === 'raw' || text.length >= SHORTEST_FORM)
    .filter(({ text }, index, long) => long.findIndex((other) => other.text === text) === index)
}

/** Three, because base64 writes three bytes as four characters: it depends on how many bytes stand before the secret. */
function base64Forms(secret: string): CanaryForm[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)])
    // Characters that hold bits of the bytes before or after the secret as well are left out: so padding is, too.
    const start = Math.ceil((before * BITS_PER_BYTE) / BITS_PER_CHARACTER)
    const end = Math.floor((bytes.length * BITS_PER_BYTE) / BITS_PER_CHARACTER)
    const at = before === 0 ? '' : ` at byte offset ${before}`
    return [
      { name: `base64${at}`, text: bytes.toString('base64').slice(start, end) },
      { name: `base64url${at}`, text: bytes.toString('base64url').slice(start, end) },
    ]
  })
}

/** RFC 3986, and as a form does it; with the hexadecimal digits in either case. */
function percentForms(secret: string): CanaryForm[] {
  const percent = encodeURIComponent(secret)
  const form = new URLSearchParams({ '': secret }).toString().slice(1)
  const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (triplet) => triplet.toLowerCase())
  return [
    { name: 'percent-encoded', text: percent },
    { name: 'percent-encoded in lower case', text: lower(percent) },
    { name: 'form-encoded', text: form },
    { name: 'form-encoded in lower case', text: lower(form) },
  ]
}
