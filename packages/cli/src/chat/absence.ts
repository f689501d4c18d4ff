import type { Client } from '@daakia/client-sdk'
import { type Alarm, type Clock, type Presence, Presences, systemClock } from '@daakia/protocol'
import { momentOf } from '../admin/table.js'
import { botsThere, operatorLink } from './operator-link.js'

export interface AbsenceOptions {
  client: Client
  /** Who is talked with. */
  bot: string
  /** Of a server that may trust everybody on its machine; absent where it surely does not. */
  trustingUrl?: string | undefined
  clock?: Clock
}

/** What is known of who is talked with. */
interface Whereabouts {
  presence: Pick<Presence, 'status' | 'since'>
  /** The bots that are there; absent where nobody tells. */
  bots?: readonly string[]
}

/** Somebody who vanished counts as there for ten seconds by default; whoever was there then is looked for once more. */
const lookAgainMs = 15_000

/**
 * Tells a person that nobody is there to answer, and what to do: as soon as the server says so, which is at once, or,
 * where there was no conversation yet, after its first message; later, whenever they say something to who has gone.
 * Returns the way to stop it.
 */
export const onAbsence = (options: AbsenceOptions, tell: (text: string) => void): (() => void) => {
  const { client, bot, clock = systemClock } = options
  let over = false
  let told = false
  let later: Alarm | undefined
  const look = async (): Promise<void> => {
    const known = await asMember(options)
    if (known && known.presence.status !== 'offline') told = false
    else if (!told) {
      const found = (await asOperator(options).catch(() => undefined)) ?? known
      if (over || told || found?.presence.status !== 'offline') return
      told = true
      tell(textOf(bot, found))
    }
  }
  // Nobody misses the hint where it can't be had.
  const tryToLook = () => void look().catch(() => {})
  const stopHearing = client.to(bot).onMessage(({ from }) => {
    later?.cancel()
    if (over || from !== client.id) return
    tryToLook()
    later = clock.after(lookAgainMs, tryToLook)
  })
  client.online().then(tryToLook, () => {})
  return () => {
    over = true
    later?.cancel()
    stopHearing()
  }
}

/** To who shares a conversation with the bot, its presence is told. */
const asMember = async ({ client, bot }: AbsenceOptions): Promise<Whereabouts | undefined> => {
  const presence = await presenceOf(client, bot)
  return presence && { presence }
}

const asOperator = async ({ trustingUrl, bot }: AbsenceOptions): Promise<Whereabouts | undefined> => {
  if (trustingUrl === undefined) return undefined
  const link = operatorLink(trustingUrl)
  try {
    const [presence, bots] = await Promise.all([presenceOf(link, bot), botsThere(link)])
    return presence && { presence, bots: bots.map((each) => each.bot) }
  } finally {
    await link.close()
  }
}

const presenceOf = async (caller: Pick<Client, 'call'>, bot: string) => {
  const { presences } = Presences.parse(await caller.call('presence', 'read', { clients: [bot] }))
  return presences[0]
}

const textOf = (bot: string, { presence: { since }, bots }: Whereabouts): string =>
  [
    since === undefined
      ? `${bot} has never been here. Is the name right, and is it running?`
      : `${bot} has not been here since ${momentOf(since)}. Is it running?`,
    'What you say is kept until it comes.',
    ...(bots ? [bots.length > 0 ? `Running now: ${bots.join(', ')}.` : 'No bot is running now.'] : []),
  ].join(' ')
