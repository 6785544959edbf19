/** An address as it may be shown: without its query, which may hold the key of a gateway. */
export function endpointName({ origin, pathname }: URL): string {
  return origin + pathname
}
