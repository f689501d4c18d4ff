import { masters } from './ground.js'

const slots = 16_384

/** As many as a server divides a Cluster into where nothing is said. */
const usualPartitions = 16

/** Which of the shards of a new Cluster has each partition, whose keys carry its number as their hash tag. */
export const shardsOfPartitions = (count = usualPartitions): readonly number[] =>
  Array.from({ length: count }, (_, partition) => shardOf(slotOf(`${partition}`)))

/** As `redis-cli --cluster create` deals them out: as many to each, in order. */
const shardOf = (slot: number): number =>
  Array.from({ length: masters }, (_, i) => Math.round((slots / masters) * (i + 1) - 1)).findIndex(
    (last) => slot <= last,
  )

/** CRC-16/XMODEM, as Redis Cluster has it. */
export const slotOf = (tag: string): number => {
  let crc = 0
  for (const byte of new TextEncoder().encode(tag)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc % slots
}
