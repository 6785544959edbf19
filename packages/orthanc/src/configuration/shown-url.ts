/** A URL as status, log and messages may show it: the query of a token endpoint may hold the key of a gateway. */
export function shownUrl(url: string): string {
  return url.replace(/\?.*/s, '?…')
}
