import type { Clock, ServiceInfo } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { PacedSender } from '../../broker/exchange/paced.js'
import type { LiveSession } from '../../broker/exchange/port.js'
import { Refusal } from '../../broker/exchange/refusal.js'
import type { Occupation } from '../../connection-manager/port.js'
import type { Counters } from '../../counters.js'
import type { Peers } from '../../peers/port.js'
import type { Announcement } from './announcement.js'
import { type CallLimits, Calls } from './calls.js'
import type { Elsewhere } from './elsewhere.js'
import { Instance } from './instance.js'
import type { CallContent, Caller, CallOutcome, NewCall } from './port.js'
import { type Offered, ServiceNodes } from './service-nodes.js'
import { ServiceTable } from './service-table.js'

export interface ServicesParts {
  peers: Peers
  sender: PacedSender
  clock: Clock
  limits: CallLimits
  counters: Counters
  /** Makes what nobody guesses. */
  makeToken(): string
  /** Instances have come or gone, on any node, or announced something else. */
  changed(vendor: string, service: string): void
}

export interface Joining {
  qos: 0 | 1
  identifier?: number
  announcement: Announcement
}

/**
 * Brings calls to the instances of services, and answers back. A call is given to one instance, once; what the server
 * can't bring to an end is answered with an error, and nothing of it is stored.
 */
export class Services {
  readonly #services: ServiceTable
  readonly #instances = new Map<LiveSession, Map<string, Instance>>()
  readonly #nodes: ServiceNodes
  readonly #calls: Calls
  #announced = 0

  constructor(private readonly parts: ServicesParts) {
    this.#services = new ServiceTable({ ...parts, usualCapacity: () => parts.limits.callsPerInstance })
    this.#nodes = new ServiceNodes({
      ...parts,
      offers: () => this.#services.offers(),
      learned: (node, offered) => this.#learn(node, offered),
      learnedAll: (node, offers) => this.#learnAll(node, offers),
      lost: (node) => this.#loseNode(node),
      take: (asked) => this.#calls.take(asked),
      end: (call, reason) => this.#calls.end(call, reason),
      answered: (node, id, content) => this.#answered(node, id, content),
      untaken: (node, id) => this.#untaken(node, id),
    })
    this.#calls = new Calls({ ...parts, services: this.#services, nodes: this.#nodes })
  }

  /** The session serves from now on; one that does so already announces itself anew. */
  join(session: LiveSession, name: string, { qos, identifier, announcement }: Joining): void {
    if (session.closed) return
    const own = this.#instances.get(session) ?? new Map<string, Instance>()
    const instance = own.get(name) ?? new Instance(session, name, this.parts.makeToken())
    // By time, so that those of all nodes can be compared.
    const announced = Math.max(this.#announced + 1, this.parts.clock.now())
    this.#announced = announced
    this.#instances.set(session, own.set(name, Object.assign(instance, { qos, identifier, announcement, announced })))
    this.#enter(instance)
    this.#ownChanged(session.name.vendor, name)
  }

  /** What the instances of a service have announced; `undefined` where there is none. */
  info(vendor: string, name: string): ServiceInfo | undefined {
    return this.#services.get(vendor, name)?.info
  }

  names(vendor: string): Iterable<string> {
    return this.#services.names(vendor)
  }

  /** The session gets no more calls, and may answer those that it has. False where it did not serve. */
  leave(session: LiveSession, name: string): boolean {
    const instance = this.#instances.get(session)?.get(name)
    return instance !== undefined && this.#withdraw(instance)
  }

  /** What a connection does, where it serves. */
  occupation(session: LiveSession): Occupation | undefined {
    const own = this.#instances.get(session)
    if (!own || own.size === 0) return undefined
    return [...own.values()].some(({ calls }) => calls.size > 0) ? 'busy' : 'serves'
  }

  /** The connection has ended, whether it served, or called, or both. */
  detach(session: LiveSession): void {
    this.#calls.endAllOf(session, 'disconnected')
    const own = [...(this.#instances.get(session)?.values() ?? [])]
    this.#instances.delete(session)
    for (const instance of own) this.#lose(instance)
  }

  /** @throws Refusal where too many calls wait already */
  call(asked: NewCall): CallOutcome {
    if (this.#calls.take(asked)) return 'taken'
    asked.answered(this.#calls.unserved(asked))
    return 'nobody'
  }

  /** Resolves when it knows what is served on the nodes that were there before. */
  met(): Promise<void> {
    return this.#nodes.met()
  }

  /** Called when all sessions have ended. */
  close(): void {
    this.#nodes.close()
  }

  /** The caller waits no more. False where it has no such call. */
  cancel(caller: Caller, service: string, correlationData: Uint8Array): boolean {
    return this.#calls.cancel(caller, service, correlationData)
  }

  /**
   * An instance answers the call that it knows as `id`. False where nobody waits for that any more.
   *
   * @throws Refusal where it was not given such a call
   */
  answer(session: LiveSession, { client, id }: { client: string; id: string }, answer: Answer): boolean {
    const call = this.#calls.given(id)
    if (isOf(session, call?.given?.taker) && call?.asked.caller.name.client === client) {
      if (!call.isCorrelatedBy(answer.correlationData)) throw notItsCorrelation()
      this.#calls.endWith(call, answer.content)
      return true
    }
    if (!call && this.#wasGiven(session, id)) {
      this.parts.counters.lateAnswers++
      return false
    }
    throw new Refusal(ReasonCode.NotAuthorized, 'You have no such call to answer: publish to the Response Topic of one')
  }

  /** Other instances are there than before, or with other methods. */
  #ownChanged(vendor: string, name: string): void {
    this.#nodes.tell(() => this.#services.offered(vendor, name))
    this.#changed(vendor, name)
  }

  /** So it is here, or on other nodes. */
  #changed(vendor: string, name: string): void {
    const service = this.#services.get(vendor, name)
    if (service?.empty) this.#services.remove(vendor, name)
    if (service) this.#calls.endUnserved(service)
    this.#calls.giveWaiting(vendor, name)
    this.parts.changed(vendor, name)
  }

  #enter(instance: Instance): void {
    const { vendor } = instance.session.name
    const service = this.#services.of(vendor, instance.service)
    if (!service.instances.includes(instance)) service.instances.push(instance)
  }

  #withdraw(instance: Instance): boolean {
    const { vendor } = instance.session.name
    const service = this.#services.get(vendor, instance.service)
    const at = service?.instances.indexOf(instance) ?? -1
    if (!service || at < 0) return false
    service.instances.splice(at, 1)
    this.#ownChanged(vendor, instance.service)
    return true
  }

  #lose(instance: Instance): void {
    this.#withdraw(instance)
    for (const call of [...instance.calls]) this.#calls.lose(call)
  }

  #learn(node: string, offered: Offered): void {
    if (this.#services.learn(node, offered)) this.#changed(offered.vendor, offered.service)
  }

  #learnAll(node: string, offers: readonly Offered[]): void {
    for (const offered of [...this.#services.gone(node, offers), ...offers]) this.#learn(node, offered)
  }

  #loseNode(node: string): void {
    this.#learnAll(node, [])
    this.#calls.loseAllWith(node)
  }

  #answered(node: string, id: string, content: CallContent): void {
    const call = this.#calls.givenTo(node, id)
    if (call) this.#calls.endWith(call, content)
  }

  /** Nobody has had it. What was known of the node was old. */
  #untaken(node: string, id: string): void {
    const call = this.#calls.givenTo(node, id)
    if (!call) return
    this.#calls.takeBack(call)
    this.#learn(node, { vendor: call.asked.caller.name.vendor, service: call.asked.service })
    this.#calls.giveAgain(call)
    this.#nodes.ask(node)
  }

  #wasGiven(session: LiveSession, id: string): boolean {
    return [...(this.#instances.get(session)?.values() ?? [])].some((instance) => instance.ids.knows(id))
  }
}

export interface Answer {
  content: CallContent
  correlationData: Uint8Array | undefined
}

const isOf = (session: LiveSession, taker: Instance | Elsewhere | undefined): boolean =>
  taker instanceof Instance && taker.session === session

const notItsCorrelation = () =>
  new Refusal(ReasonCode.NotAuthorized, 'The Correlation Data of an answer must be that of its call')
