import * as z from 'zod/mini'

/** A bot that is connected. */
export const BotInfo = z.object({
  bot: z.string(),
  /** Connections that take its turns now. */
  instances: z.int(),
  /** What the newest of them has announced. */
  version: z.optional(z.string()),
})
export type BotInfo = z.infer<typeof BotInfo>

/** `bots/list`, for operators: in the order of their names, after the one of that name. At most 1,000 at once; 100 where no limit is given. */
export const ListBots = z.object({
  after: z.optional(z.string()),
  limit: z.optional(z.int().check(z.positive(), z.maximum(1000))),
})
export type ListBots = z.infer<typeof ListBots>

export const BotList = z.object({ bots: z.array(BotInfo) })
export type BotList = z.infer<typeof BotList>
