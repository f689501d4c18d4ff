import { type DaakTopic, parseDaakTopic } from '@daakia/protocol'
import { type PublishPacket, parseShare, ReasonCode } from '@daakia/protocol/mqtt'
import type { Activity } from '../../activity.js'
import type { Occupation } from '../../connection-manager/port.js'
import type { Log } from '../../log.js'
import { logFailure, notNow } from '../../not-now.js'
import type { Subscription } from '../../state/sessions/port.js'
import { grantedQoS } from './inbox-row.js'
import type { Exchange, LiveSession, PublishOutcome } from './port.js'
import { badFilter, badTopic, Refusal } from './refusal.js'
import type { Granted, Row, Rows, SharedRows } from './row.js'

type Request = Parameters<Exchange['subscribe']>

/** Hands what happens under `daak/` to the row of the topic, and tells refusals in the terms of MQTT. */
export class TopicExchange implements Exchange {
  readonly #rows: Rows
  readonly #sharedRows: SharedRows
  readonly #activity: Activity
  readonly #log: Log

  constructor(rows: Rows, sharedRows: SharedRows, { activity, log }: { activity: Activity; log: Log }) {
    this.#rows = rows
    this.#sharedRows = sharedRows
    this.#activity = activity
    this.#log = log
  }

  async publish(session: LiveSession, packet: PublishPacket, messageId?: string): Promise<PublishOutcome> {
    const over = this.#activity.begin()
    try {
      const topic = parseDaakTopic(packet.topic)
      const row = topic && (this.#rows[topic.kind] as Row)
      if (!topic || !row?.publish) throw badTopic(publishHelp)
      return await row.publish(session, topic, packet, messageId)
    } catch (error) {
      return this.#told(error)
    } finally {
      over()
    }
  }

  async subscribe(session: LiveSession, request: Request[1], { identifier, userProperties = [] }: Request[2]) {
    const over = this.#activity.begin()
    try {
      const { topic, group, row } = this.#subscribable(request.filter)
      const options = { ...(identifier !== undefined && { identifier }), ...(group !== undefined && { group }) }
      const granted = await row.subscribe(session, topic, { ...request, userProperties, ...options })
      return { reasonCode: grantedQoS(request), ...granted }
    } catch (error) {
      return this.#told(error)
    } finally {
      over()
    }
  }

  async unsubscribe(session: LiveSession, filter: string): Promise<boolean> {
    return (await this.#find(filter)?.row?.unsubscribe?.(session, filter)) ?? false
  }

  /** What a session may not have any more is left out; its other subscriptions go on. */
  async resume(session: LiveSession, subscriptions: readonly Subscription[]): Promise<void> {
    const resumed: (Pick<Granted, 'begin'> | undefined)[] = []
    for (const subscription of subscriptions) resumed.push(await this.#resume(session, subscription))
    // Not before: what several of them want is one delivery.
    for (const each of resumed) each?.begin?.()
  }

  attach(session: LiveSession): void {
    for (const row of Object.values(this.#rows) as Row[]) row.attach?.(session)
  }

  occupation(session: LiveSession): Occupation | undefined {
    const found = new Set(this.#allRows.map((row) => row.occupation?.(session)))
    return found.has('busy') ? 'busy' : found.has('serves') ? 'serves' : undefined
  }

  detach(session: LiveSession): void {
    for (const row of this.#allRows) row.detach?.(session)
  }

  get #allRows(): Row[] {
    return [...Object.values(this.#sharedRows), ...Object.values(this.#rows)] as Row[]
  }

  async #resume(session: LiveSession, subscription: Subscription): Promise<Pick<Granted, 'begin'> | undefined> {
    const found = this.#find(subscription.filter)
    if (!found) return undefined
    const { topic, group, row } = found
    const rest = { retainHandling: 0, userProperties: [], ...(group !== undefined && { group }) } as const
    try {
      return await row?.resume?.(session, topic, { ...subscription, ...rest })
    } catch (error) {
      const { reasonCode: code, reason = '' } = this.#told(error)
      session.tell({ type: 'subscription-ended', code, reason, filter: subscription.filter })
      return undefined
    }
  }

  #subscribable(filter: string) {
    const found = this.#find(filter)
    if (!found?.row?.subscribe) throw badFilter(subscribeHelp)
    return { ...found, row: found.row as Row & Required<Pick<Row, 'subscribe'>> }
  }

  /** The row of a filter, shared or not. */
  #find(filter: string): { topic: DaakTopic; group?: string; row: Row | undefined } | undefined {
    const share = parseShare(filter)
    if (share === 'invalid') return undefined
    const topic = parseDaakTopic(share?.filter ?? filter)
    if (!topic) return undefined
    if (!share) return { topic, row: this.#rows[topic.kind] as Row }
    return { topic, group: share.group, row: this.#sharedRows[topic.kind as keyof SharedRows] as Row | undefined }
  }

  #told(error: unknown): PublishOutcome {
    if (error instanceof Refusal)
      return { reasonCode: error.reasonCode, reason: error.message, ...(error.options.passing && { passing: true }) }
    logFailure(this.#log, {}, error, 'The exchange failed')
    const passing = notNow(error)
    return passing ? { ...passing, passing: true } : failed
  }
}

const failed: PublishOutcome = {
  reasonCode: ReasonCode.UnspecifiedError,
  reason: 'The server could not do this now: try again',
  passing: true,
}

const publishHelp =
  'Under daak/ publish to daak/to/{client}, daak/conversations/{conversation}/messages, daak/conversations/{conversation}/signals, daak/conversations/{conversation}/receipts, your own daak/presence/{client} or daak/rpc/{service}/{method}'

const subscribeHelp =
  'Under daak/ subscribe to daak/from/{client}, daak/conversations/{conversation}/messages, daak/conversations/{conversation}/signals, daak/conversations/{conversation}/receipts, daak/conversations/{conversation}/state/{bot}, daak/presence/{client}, daak/roster/{conversation}, daak/turns/+, daak/notices, daak/services/{service}, your own daak/replies, or, to serve, $share/{service}/daak/rpc/{service}/+; {client}, {conversation}, {bot} and {service} may be +'
