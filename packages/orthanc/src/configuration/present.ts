/** Keys that may be undefined become keys that may be absent. */
type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Without what is undefined, and frozen: an option that nobody gave is absent. */
export function present<T extends object>(options: T): Readonly<Present<T>> {
  return Object.freeze(
    Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Present<T>,
  )
}
