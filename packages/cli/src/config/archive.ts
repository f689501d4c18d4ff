import { code, group, isWhole, text } from './fields.js'

/** Where older messages of conversations go, and which. */
export interface ArchiveConfig {
  /** A folder of a disk, or of a share that all machines of the server have. */
  folder?: string
  /** Messages that are older are moved. */
  afterSeconds?: number
  /** All but so many of the newest messages of a conversation are moved. */
  keepMessages?: number
}

const positive = (example: number) =>
  code<number>((value) => isWhole(value) && value > 0, `must be a whole number, and more than 0, such as ${example}`)

export const Archive = group<ArchiveConfig>({
  folder: text('/mnt/archive').optional(),
  afterSeconds: positive(7_776_000).optional(),
  keepMessages: positive(1_000).optional(),
})
