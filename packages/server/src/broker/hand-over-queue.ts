import { logFailure } from '../not-now.js'
import type { QueuedMessage } from '../state/sessions/port.js'
import { targetOf } from './distribute.js'
import { FanOut } from './fan-out.js'
import { countLost } from './lost.js'
import { aged } from './message.js'
import type { RoutedMessage } from './port.js'
import type { Route } from './route.js'
import type { Router } from './router.js'
import type { Services } from './services.js'
import type { Session } from './session/session.js'
import type { ShareGroup } from './share-group.js'
import type { Receiver, Terms } from './subscriber.js'

/** Who gets a message instead of the member that has gone. */
export type Successor = (group: ShareGroup, topic: string) => Route | undefined

export const whoIsConnected: Successor = (group, topic) => group.pickConnected(topic)
export const whoeverIsLeft: Successor = (group, topic) => group.pick(topic)

const readAtOnce = 128

/**
 * Gives what waits in the store for a session that has gone to other members of its shared subscriptions (MQTT 5,
 * 4.8.2). Nobody reads or acknowledges that queue meanwhile.
 */
export const handOverQueue = async (
  services: Services,
  router: Router,
  session: Session,
  successor: Successor,
): Promise<void> => {
  try {
    await new HandOver(services, router, session, successor).run()
  } catch (error) {
    logFailure(services.log, { ...session.name }, error, 'A queue could not be handed over')
  }
}

interface Gift {
  queued: QueuedMessage
  receiver: Receiver
  terms: Terms
}

class HandOver {
  constructor(
    private readonly services: Services,
    private readonly router: Router,
    private readonly session: Session,
    private readonly successor: Successor,
  ) {}

  async run(): Promise<void> {
    const { sessions } = this.services
    let batch = await sessions.queued(this.session.name, 0, readAtOnce)
    for (let last = batch.at(-1); last; last = batch.at(-1)) {
      await this.#give(batch.flatMap((queued) => this.#giftOf(queued) ?? []))
      batch = await sessions.queued(this.session.name, last.place + 1, readAtOnce)
    }
  }

  #giftOf(queued: QueuedMessage): Gift | undefined {
    const { qos, packetId, share, message } = queued
    // [MQTT-4.8.2-4], [MQTT-4.8.2-5]: a QoS 2 message whose delivery has begun stays with this session.
    if (share === undefined || (qos === 2 && packetId !== undefined)) return undefined
    const group = this.router.shareGroup(share)
    const route = group && this.successor(group, message.topic)
    const terms = route?.terms(message)
    return route && terms && { queued, receiver: route.receiver, terms }
  }

  async #give(gifts: readonly Gift[]): Promise<void> {
    const stored = gifts.filter(isStored)
    const others = gifts.filter((gift) => !isStored(gift))
    if (stored.length > 0) await this.#move(stored)
    if (others.length > 0) await this.#send(others)
  }

  async #move(gifts: readonly Gift[]): Promise<void> {
    const moves = gifts.map(({ queued, receiver, terms }) => ({ place: queued.place, to: targetOf(receiver, terms) }))
    await this.services.sessions.move(this.session.name, moves)
    for (const { receiver } of gifts) receiver.wake()
  }

  /** Sent first and removed then: a crash between the two sends it once more, which QoS 1 allows. */
  async #send(gifts: readonly Gift[]): Promise<void> {
    const { sessions, clock, counters, accounts } = this.services
    const now = clock.now()
    for (const { queued, receiver, terms } of gifts) {
      const message = aged(queued.message, now)
      if (message) await send(message, receiver, terms)
      else countLost({ counters, traffic: accounts.traffic(queued.message.vendor) }, 'expired')
    }
    const removed = gifts.map(({ queued }) => ({ place: queued.place, removed: true }))
    await sessions.progress(this.session.name, removed)
  }
}

const send = async (message: RoutedMessage, receiver: Receiver, terms: Terms): Promise<void> => {
  const fanOut = new FanOut(message)
  receiver.deliver(fanOut, terms)
  await fanOut.arrived()
}

const isStored = ({ receiver, terms }: Gift): boolean => receiver.persistent && terms.qos > 0
