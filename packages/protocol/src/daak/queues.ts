import * as z from 'zod/mini'

/** `queues/list`: the caller's own. */
export const ListQueues = z.object({})
export type ListQueues = z.infer<typeof ListQueues>

export const QueueList = z.object({
  queues: z.array(
    z.object({
      group: z.string(),
      /** Those that take part now. */
      connections: z.int(),
      /** From the oldest message that is not handled to the end of the inbox: at most so many wait. */
      behind: z.int(),
    }),
  ),
})
export type QueueList = z.infer<typeof QueueList>

/** `queues/remove`: a group without connections. What waits in it is not handled by it any more. */
export const RemoveQueue = z.object({ group: z.string() })
export type RemoveQueue = z.infer<typeof RemoveQueue>
