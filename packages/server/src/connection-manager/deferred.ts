/** A promise that somebody else resolves. */
export interface Deferred {
  readonly promise: Promise<void>
  resolve(): void
}

export const deferred = (): Deferred => {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
