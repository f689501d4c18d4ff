export type Jose = typeof import('jose')

let loaded: Promise<Jose> | undefined

/** The library, loaded where the first token or key set comes: most servers, and all in tests of bots, never need it. */
export const jose = (): Promise<Jose> => {
  loaded ??= import('jose')
  return loaded
}
