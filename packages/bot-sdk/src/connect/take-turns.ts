import type { Link } from '@daakia/client-sdk/internal'
import { parseDaakTopic, subscriptionProperties, TurnNotice, topics } from '@daakia/protocol'
import type { Overlap } from '../authoring/overlap.js'
import type { TakesOver } from '../authoring/takes-over.js'
import type { BotLog } from '../turn/port.js'
import type { TurnRunner } from '../turn/turn-runner.js'

/** How a bot shows itself to the server. */
export interface Announcement {
  capacity: number
  version: string
  apology: string
  overlap: Overlap
  /** The bot is to be told what it failed at. */
  tellFailures: boolean
  takesOver?: TakesOver
}

/** Asks the server for the bot's turns, on every connection, and has them run. Resolves when they come. */
export async function takeTurns(
  link: Link,
  runner: TurnRunner,
  { capacity, version, apology, overlap, tellFailures, takesOver }: Announcement,
  log: BotLog,
): Promise<void> {
  await link.subscribe({
    filters: [{ filter: topics.turns('+'), qos: 1 }],
    userProperties: () => [
      [subscriptionProperties.capacity, String(capacity)],
      [subscriptionProperties.version, version],
      [subscriptionProperties.apology, apology],
      ...(tellFailures ? [[subscriptionProperties.failures, 'told'] as const] : []),
      ...debounceProperties(overlap),
      ...takesOverProperties(takesOver),
    ],
    receive: ({ topic, payload }) => {
      const address = parseDaakTopic(topic)
      const notice = TurnNotice.safeParse(parseJson(payload))
      if (address?.kind === 'turns' && notice.success) runner.receive(address.conversation, notice.data)
      else log.warn({ topic }, 'The server sent a turn that this bot cannot read')
    },
  })
  await link.online()
}

function debounceProperties(overlap: Overlap): (readonly [string, string])[] {
  if (typeof overlap !== 'object') return []
  const { debounceMs, longestMs } = overlap
  const longest = longestMs === undefined ? [] : [[subscriptionProperties.debounceLongest, String(longestMs)] as const]
  return [[subscriptionProperties.debounce, String(debounceMs)], ...longest]
}

function takesOverProperties(takesOver: TakesOver | undefined): (readonly [string, string])[] {
  return takesOver ? [[subscriptionProperties.takesOverFrom, [takesOver.from].flat().join()]] : []
}

const decoder = new TextDecoder()

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(payload))
  } catch {
    return undefined
  }
}
