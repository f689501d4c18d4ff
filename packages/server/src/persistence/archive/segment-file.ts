import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { referenceOf } from '@daakia/protocol'
import { ArchiveError } from '../../archive/errors.js'
import { fromJson, toJson } from '../../archive/json-value.js'
import type { JournalMessage, Run, Segment } from '../port.js'

const segmentFormat = 'daakia-archive'
const segmentVersion = 1

/** Whose messages a file has. */
export interface SegmentPlace extends Run {
  vendor: string
  conversation: string
}

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** A file with these messages, and what is to be known of it. */
export const writeSegment = async (
  place: SegmentPlace,
  messages: readonly JournalMessage[],
): Promise<{ bytes: Uint8Array; segment: Segment }> => {
  const { vendor, conversation, first, last } = place
  const header = { format: segmentFormat, version: segmentVersion, vendor, conversation, first, last }
  const lines = [header, ...messages.map(toJson)].map((line) => `${JSON.stringify(line)}\n`).join('')
  const sha256 = hashOf(lines)
  const bytes = await compress(`${lines}${JSON.stringify({ end: messages.length, sha256 })}\n`)
  const highest = messages.reduce((most, { at }) => Math.max(most, at), Number.NEGATIVE_INFINITY)
  return { bytes, segment: { first, last, highest, sha256, earlier: earlierOf(first, messages) } }
}

/**
 * The messages of a file.
 *
 * @param name for people
 * @param sha256 which it has to have
 * @throws ArchiveError with `damaged`
 */
export const readSegment = async (
  name: string,
  place: SegmentPlace & { sha256: string },
  bytes: Uint8Array,
): Promise<readonly JournalMessage[]> => {
  const damaged = (why: string, cause?: unknown) =>
    new ArchiveError('damaged', `${name} of the archive is damaged: ${why}. Bring it back from a copy`, { cause })
  const text = await decompress(bytes).catch((error: unknown) => {
    throw damaged('it can not be decompressed', error)
  })
  try {
    return messagesOf(text.toString('utf8'), place)
  } catch (error) {
    throw damaged((error as Error).message, error)
  }
}

const messagesOf = (text: string, place: SegmentPlace & { sha256: string }): readonly JournalMessage[] => {
  const end = text.lastIndexOf('\n', text.length - 2) + 1
  const lines = text.slice(0, end)
  const trailer = JSON.parse(text.slice(end)) as { end?: unknown; sha256?: unknown }
  const [header = '', ...rest] = lines.split('\n').slice(0, -1)
  checkHeader(JSON.parse(header), place)
  const count = place.last - place.first + 1
  if (trailer.end !== count || rest.length !== count) throw new Error(`it has not the ${count} messages that it had`)
  if (hashOf(lines) !== place.sha256 || trailer.sha256 !== place.sha256) throw new Error('its checksum is another one')
  return rest.map((line) => fromJson(JSON.parse(line)) as JournalMessage)
}

const checkHeader = (header: Record<string, unknown>, { vendor, conversation, first, last }: SegmentPlace): void => {
  if (header.format !== segmentFormat) throw new Error('it is no file of an archive')
  if (header.version !== segmentVersion)
    throw new Error(`it is of version ${String(header.version)}, and this Daakia reads ${segmentVersion}`)
  const expected = { vendor, conversation, first, last }
  for (const [field, value] of Object.entries(expected))
    if (header[field] !== value) throw new Error(`it is of another place: ${field} is ${String(header[field])}`)
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What some of them refer to, and is not among them. */
const earlierOf = (first: number, messages: readonly JournalMessage[]): readonly number[] => {
  const targets = messages.flatMap((message) => referenceOf(message)?.body.seq ?? [])
  return [...new Set(targets.filter((seq) => seq < first))].sort((one, other) => one - other)
}
