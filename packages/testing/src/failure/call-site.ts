/** The stack below a call: the lines of the test that made it. */
export type CallSite = string

/** Where `method`, which is running now, was called from. Taken before the first `await`, after which it is gone. */
export const callSite = (method: (...args: never[]) => unknown): CallSite => {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, method)
  return (holder.stack ?? '').split('\n').slice(1).join('\n')
}
