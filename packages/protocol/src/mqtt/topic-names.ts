import { malformed } from './error.js'
import { packetTopicProblem } from './topics.js'
import { decodeUtf8 } from './utf8.js'

/** A power of two. */
const places = 1024
/** Longer ones are decoded each time: comparing them costs as much. */
const longestKept = 128

/**
 * Topic names as strings, kept for the next packet that names the same topic: in most traffic few topics are named very
 * often. Every name has one place, where it gives way to the next name of that place, so what is kept is bounded. One
 * serves all connections of a server.
 */
export class TopicNames {
  readonly #kept: (string | undefined)[] = new Array(places).fill(undefined)

  /** @throws MqttError 0x81 for what is no UTF-8 string, or a string that is no topic name. */
  read(bytes: Uint8Array, start: number, end: number): string {
    if (start === end || end - start > longestKept) return decodeTopicName(bytes, start, end)
    const place = placeOf(bytes, start, end)
    const kept = this.#kept[place]
    return kept !== undefined && isSame(kept, bytes, start, end) ? kept : this.#take(place, bytes, start, end)
  }

  #take(place: number, bytes: Uint8Array, start: number, end: number): string {
    const name = decodeTopicName(bytes, start, end)
    // Only of ASCII is a code unit of the string a byte of the packet.
    if (name.length === end - start) this.#kept[place] = name
    return name
  }
}

/** A topic name, or the empty one that stands for an alias. @throws MqttError 0x81 */
export const decodeTopicName = (bytes: Uint8Array, start: number, end: number): string => {
  if (start === end) return ''
  const name = decodeUtf8(bytes, start, end)
  const problem = packetTopicProblem(name)
  if (problem !== undefined) throw malformed(`The topic name ${problem}`)
  return name
}

const placeOf = (bytes: Uint8Array, start: number, end: number): number => {
  let hash = end - start
  for (let i = start; i < end; i++) hash = (hash * 31 + (bytes[i] as number)) | 0
  return hash & (places - 1)
}

const isSame = (name: string, bytes: Uint8Array, start: number, end: number): boolean => {
  if (name.length !== end - start) return false
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) !== bytes[start + i]) return false
  return true
}
