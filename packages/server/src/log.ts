/** What a line of the log is about. Never payloads, passwords or tokens. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Where the server tells what happens to it; the shape of pino, so that one fits as it is. */
export interface Log {
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

const nothing = () => {}

/** Says nothing. */
export const silentLog: Log = { info: nothing, warn: nothing, error: nothing }
