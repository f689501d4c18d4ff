import { type BotState, bytesOf, type DaakTopic, topics } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import type { BotStanding, Conversation, Store } from '../../persistence/port.js'
import { grantedQoS } from './inbox-row.js'
import type { Delivery, LiveSession } from './port.js'
import type { DaakSubscription } from './row.js'

type State = Extract<DaakTopic, { kind: 'state' }>

export interface StateFilter {
  topic: State
  subscription: DaakSubscription
}

export interface WatcherParts {
  store: Pick<Store, 'conversation'>
  activity: Activity
  /** Resolves when the delivery was sent, or the session is gone. */
  send(session: LiveSession, delivery: Delivery): Promise<void>
  /** Resolves when the session was sent what its inbox holds now. */
  caughtUp(session: LiveSession): Promise<void>
  failed(error: unknown): void
}

/** What is to be told: a conversation's bots, or one of them; to all filters, or as retained messages to a new one. */
interface News {
  conversation: string
  bot?: string
  retainedFor?: string
}

const covers = (pattern: string, name: string) => pattern === '+' || pattern === name

/** Tells one session the public states it subscribes to: the newest of each, after the messages of the same commit. */
export class StateWatcher {
  readonly filters = new Map<string, StateFilter>()
  /** By what it is about, so that a state that changes quickly is told once. */
  readonly #news = new Map<string, News>()
  #telling = false
  #stopped = false

  constructor(
    readonly session: LiveSession,
    private readonly parts: WatcherParts,
  ) {}

  tell(news: News): void {
    this.#news.set(`${news.conversation}/${news.bot ?? '+'}/${news.retainedFor ?? ''}`, news)
    if (!this.#telling) void this.#tellAll()
  }

  wants(conversation: string, bot: string): boolean {
    return [...this.filters.values()].some(
      ({ topic }) => covers(topic.conversation, conversation) && covers(topic.bot, bot),
    )
  }

  stop(): void {
    this.#stopped = true
    this.#news.clear()
  }

  async #tellAll(): Promise<void> {
    this.#telling = true
    const over = this.parts.activity.begin()
    try {
      for (const [key, news] of this.#news) {
        this.#news.delete(key)
        await this.#tellOne(news)
      }
    } catch (error) {
      this.parts.failed(error)
    } finally {
      this.#telling = false
      over()
    }
  }

  async #tellOne(news: News): Promise<void> {
    const conversation = await this.parts.store.conversation(this.session.name.vendor, news.conversation)
    if (!conversation?.members.includes(this.session.name.client)) return
    const standings = standingsOf(conversation, news)
    if (standings.length === 0) return
    // The state was read first: what was said with it is in the inbox by now.
    await this.parts.caughtUp(this.session)
    for (const standing of standings) await this.#send(conversation, standing, news.retainedFor)
  }

  async #send(conversation: Conversation, standing: BotStanding, retainedFor: string | undefined): Promise<void> {
    const matching = this.#matching(conversation.id, standing.bot, retainedFor)
    if (this.#stopped || matching.length === 0) return
    const retain = retainedFor !== undefined || matching.some(({ retainAsPublished }) => retainAsPublished)
    const identifiers = matching.flatMap(({ identifier }) => identifier ?? [])
    await this.parts.send(this.session, {
      topic: topics.state(conversation.id, standing.bot),
      payload: bytesOf(JSON.stringify(toBotState(conversation, standing))),
      qos: matching.some((subscription) => grantedQoS(subscription) === 1) ? 1 : 0,
      retain,
      contentType: 'application/json',
      ...(identifiers.length > 0 && { identifiers }),
    })
  }

  #matching(conversation: string, bot: string, retainedFor: string | undefined): DaakSubscription[] {
    return [...this.filters.values()]
      .filter(({ subscription }) => retainedFor === undefined || retainedFor === subscription.filter)
      .filter(({ topic }) => covers(topic.conversation, conversation) && covers(topic.bot, bot))
      .map(({ subscription }) => subscription)
  }
}

const standingsOf = ({ bots }: Conversation, { bot: wanted, retainedFor }: News): readonly BotStanding[] => {
  const standings = bots.filter(({ bot }) => wanted === undefined || wanted === bot)
  // Its state was told, and it has the conversation no more by a hand-over: what it showed does not hold any longer.
  const isGone = standings.length === 0 && wanted !== undefined && retainedFor === undefined
  return isGone ? [{ bot: wanted, ...nothingShown }] : standings
}

const nothingShown = { public: { value: null, tags: [], accepts: [] }, processed: 0, revision: 0 }

const toBotState = (
  { head }: Conversation,
  { public: state, processed, revision, parked, working, handedTo }: BotStanding,
): BotState => ({
  ...state,
  processed,
  revision,
  head,
  status: parked !== undefined ? 'parked' : working ? 'working' : 'ready',
  ...(handedTo !== undefined && { handedTo }),
})
