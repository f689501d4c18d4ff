import { createHash } from 'node:crypto'
import type { RedisAnswer } from '../../redis/link.js'
import { stampBytes } from './known.js'
import type { TableKeys } from './layout.js'

/** A part of a range, as Redis is asked for it. */
export interface SegmentQuery {
  table: TableKeys
  /** Bounds of `ZRANGE … BYLEX`, the lower one first. */
  min: Buffer
  max: Buffer
  count: number
  reverse: boolean
}

export interface SegmentEntry {
  field: Buffer
  bytes: Buffer
}

export interface Segment {
  entries: readonly SegmentEntry[]
  /** Of the fields and stamps. */
  digest: string
  moment: number
}

/** Parts of ranges that were read for the transactions at hand. */
export class Segments {
  readonly #segments = new Map<string, Segment>()

  get(query: SegmentQuery): Segment | undefined {
    return this.#segments.get(segmentName(query))
  }

  /** @param stored fields, each followed by its stamp and value */
  set(query: SegmentQuery, stored: RedisAnswer, moment: number): void {
    const found = stored as Buffer[]
    const entries: SegmentEntry[] = []
    const digest = createHash('sha1')
    for (let i = 0; i < found.length; i += 2) {
      const [field, value] = [found[i] as Buffer, found[i + 1] as Buffer]
      digest.update(field).update(value.subarray(0, stampBytes))
      entries.push({ field, bytes: value.subarray(stampBytes) })
    }
    this.#segments.set(segmentName(query), { entries, digest: digest.digest('hex'), moment })
  }

  /** It is not so any more. */
  forget(query: SegmentQuery): void {
    this.#segments.delete(segmentName(query))
  }

  /** Redis says that it is so still. */
  confirm(query: SegmentQuery, digest: string, moment: number): void {
    const segment = this.get(query)
    if (segment?.digest === digest) segment.moment = moment
  }
}

export const segmentName = ({ table, min, max, count, reverse }: SegmentQuery): string =>
  [table.hash, min.toString('latin1'), max.toString('latin1'), count, reverse ? '-' : '+'].join('\0')
