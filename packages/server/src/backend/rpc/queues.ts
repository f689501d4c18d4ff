import { ListQueues, QueueList, RemoveQueue } from '@daakia/protocol'
import type { Inbox } from '../../inbox/port.js'
import type { QueueGroups, Queues } from '../../inbox/queue/index.js'
import { conflict, notFound } from './failure.js'
import { type Methods, method } from './method.js'

export interface QueueMethodParts {
  groups: Pick<QueueGroups, 'connections'>
  queues: Pick<Queues, 'list' | 'remove'>
  inbox: Pick<Inbox, 'head'>
}

/** `queues/list` and `queues/remove`: the caller's own. */
export const queueMethods = ({ groups, queues, inbox }: QueueMethodParts): Methods => ({
  'queues/list': method(
    ListQueues,
    async ({ vendor, client }): Promise<QueueList> => {
      const { offset } = await inbox.head(vendor, client)
      const all = await queues.list(vendor, client)
      return {
        queues: all.map(({ group, floor }) => ({
          group,
          connections: groups.connections({ vendor, client, group }),
          behind: offset - floor,
        })),
      }
    },
    { description: 'The groups that share your inbox', result: QueueList },
  ),

  'queues/remove': method(
    RemoveQueue,
    async ({ vendor, client }, { group }) => {
      const name = { vendor, client, group }
      if (groups.connections(name) > 0)
        throw conflict(`Connections take part in ${group}: they have to unsubscribe first`)
      if (!(await queues.remove(name))) throw notFound(`You have no queue ${group}`)
      return {}
    },
    { description: 'Forgets a group, and where it stands' },
  ),
})
