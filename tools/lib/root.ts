import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const rootUrl = new URL('../../', import.meta.url)
export const root = fileURLToPath(rootUrl)
