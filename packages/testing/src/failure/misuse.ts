import { type CallSite, callSite } from './call-site.js'

type Method = Parameters<typeof callSite>[0]

const misuses = new WeakSet<Error>()

/** The error of a call that can't be made so. What is wrong is told by the line that makes it, and by nothing below it. */
export const misuse = <TError extends Error>(error: TError): TError => {
  misuses.add(error)
  return error
}

export const isMisuse = (error: unknown): boolean => error instanceof Error && misuses.has(error)

/** Looks at what was given: whatever it throws is such an error. */
export const checking = <T>(check: () => T): T => {
  try {
    return check()
  } catch (error) {
    throw error instanceof Error ? misuse(error) : error
  }
}

/** Has the stack of such an error begin at the line of the call. Any other stays as it is. */
export const pointedAt = (error: unknown, site: CallSite): unknown => {
  if (error instanceof Error && misuses.has(error)) error.stack = `${error.name}: ${error.message}\n${site}`
  return error
}

/** What a public method does at once: such an error points to the line that called the method. */
export const called = <T>(method: Method, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw pointedAt(error, callSite(method))
  }
}
