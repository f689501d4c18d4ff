import { type DaakTopic, isClientId } from '@daakia/protocol'
import type { InboxReaders } from '../../inbox/reader/index.js'
import { inboxRow } from './inbox-row.js'
import { badFilter } from './refusal.js'
import type { Row } from './row.js'

type From = Extract<DaakTopic, { kind: 'from' }>

/** `daak/from/{client}` or `+`: direct conversations without my own messages. */
export const fromRow = (readers: InboxReaders): Row<From> =>
  inboxRow<From>(readers, (_, { client }) => {
    if (client !== '+' && !isClientId(client))
      throw badFilter('Subscribe to daak/from/{client}, or daak/from/+ for all')
    return { kind: 'from', client }
  })
