/** Milliseconds for name, TCP and TLS. A firewall that drops packets shows as silence; a distant issuer needs well under one. */
export const CONNECT_LIMIT = 5_000

/** Milliseconds from the start until the head of the answer is there. An issuer that hashes secrets slowly needs one or two. */
export const ANSWER_LIMIT = 10_000

/** Milliseconds from the start until the last byte: half of what an acquisition with its retries has. */
export const TOTAL_LIMIT = 30_000

/** Bytes of a decoded body. Metadata and tokens are some KiB; more is a mistake or an attack. */
export const LARGEST_BODY = 1024 * 1024
