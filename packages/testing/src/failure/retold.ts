/** The same error with another message. What is no error stays as it is. */
export const retold = (error: unknown, write: (message: string) => string): unknown => {
  if (!(error instanceof Error)) return error
  const { message, stack } = error
  const told = write(message)
  Object.defineProperty(error, 'message', { value: told, configurable: true, writable: true })
  error.stack = stack?.replace(message, () => told) ?? told
  return error
}
