import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Header, HistoryEvent } from './event.js'

export interface SavedHistory {
  header: Header
  events: readonly HistoryEvent[]
}

/** What is wrong with a file that was to be a history. */
export class NoHistory extends Error {
  override readonly name = 'NoHistory'
}

/** Reads a history that was saved. @throws NoHistory, or the system's error where there is no such file */
export const readHistory = async (path: string): Promise<SavedHistory> => {
  let header: Header | undefined
  const events: HistoryEvent[] = []
  let number = 0
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    const value = parse(line, `${path}, line ${number}`)
    if (!header) header = headerOf(value, path)
    else events.push(eventOf(value, `${path}, line ${number}`))
  }
  if (!header) throw new NoHistory(`${path} is empty: give the history.jsonl of a run`)
  return { header, events }
}

const parse = (line: string, place: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    throw new NoHistory(`${place} is no JSON: the file is cut off or is no history`)
  }
}

const headerOf = (value: unknown, path: string): Header => {
  const { format, version } = (value ?? {}) as Partial<Record<keyof Header, unknown>>
  if (format !== 'daakia-checker-history')
    throw new NoHistory(`${path} is no history of the checker: give the history.jsonl of a run`)
  if (version !== 1) throw new NoHistory(`${path} is a history of version ${String(version)}; this checker reads 1`)
  return value as Header
}

const eventOf = (value: unknown, place: string): HistoryEvent => {
  const { n, what, type } = (value ?? {}) as Partial<Record<'n' | 'what' | 'type', unknown>>
  if (typeof n !== 'number' || typeof what !== 'string' || typeof type !== 'string')
    throw new NoHistory(`${place} is no event: n, what and type are needed`)
  return value as HistoryEvent
}
