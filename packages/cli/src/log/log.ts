import type { Log } from '@daakia/server'
import { pino } from 'pino'
import type { Io } from '../io.js'
import { prettyLine } from './pretty.js'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface LogOptions {
  /** What is worth a line. Default: `info`. */
  level?: LogLevel | undefined
  /** By default `pretty` at a terminal, else `json`: an object a line, as pino writes it. */
  format?: 'json' | 'pretty' | undefined
}

/** A log that can be made more or less talkative while it is used. */
export interface LevelledLog extends Log {
  setLevel(level: LogLevel): void
}

/** Writes what happens to `errors`, one line each. */
export const openLog = ({ level = 'info', format }: LogOptions, { errors }: Pick<Io, 'errors'>): LevelledLog => {
  const pretty = (format ?? (errors.isTTY ? 'pretty' : 'json')) === 'pretty'
  const write = (line: string) => void errors.write(pretty ? prettyLine(line) : line)
  const logger = pino({ level, base: null, formatters: { level: (label) => ({ level: label }) } }, { write })
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    setLevel: (wanted) => {
      logger.level = wanted
    },
  }
}
