import { type CallEnded, type Clock, RpcCode, type ServiceInfo } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { PacedSender } from '../../broker/exchange/paced.js'
import type { Delivery, LiveSession, Refused } from '../../broker/exchange/port.js'
import { Refusal } from '../../broker/exchange/refusal.js'
import type { Occupation } from '../../connection-manager/port.js'
import type { Counters } from '../../counters.js'
import { countLimit } from '../../limits/refuse.js'
import type { ServerLimits } from '../../limits/server-limits.js'
import type { Peers } from '../../peers/port.js'
import type { Announcement } from './announcement.js'
import { Elsewhere } from './elsewhere.js'
import { Instance } from './instance.js'
import { callDelivery, endedDelivery, failureOf, nobodyServes, noSuchMethod, OpenCall } from './open-call.js'
import type { CallContent, Caller, CallOutcome, NewCall } from './port.js'
import type { Service } from './service.js'
import { type Offered, ServiceNodes } from './service-nodes.js'
import { ServiceTable } from './service-table.js'

export type ServiceLimits = Pick<
  ServerLimits,
  'callsPerInstance' | 'waitingCallsPerService' | 'waitingCallBytesPerService'
>

export interface ServicesParts {
  peers: Peers
  sender: PacedSender
  clock: Clock
  limits: ServiceLimits
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
  /** By the name that its instance knows it by. */
  readonly #given = new Map<string, OpenCall>()
  readonly #byCaller = new Map<Caller, Set<OpenCall>>()
  readonly #nodes: ServiceNodes
  #announced = 0

  constructor(private readonly parts: ServicesParts) {
    this.#services = new ServiceTable({ ...parts, usualCapacity: () => parts.limits.callsPerInstance })
    this.#nodes = new ServiceNodes({
      ...parts,
      offers: () => this.#services.offers(),
      learned: (node, offered) => this.#learn(node, offered),
      learnedAll: (node, offers) => this.#learnAll(node, offers),
      lost: (node) => this.#loseNode(node),
      take: (asked) => this.#take(asked),
      end: (call, reason) => this.#end(call, reason),
      answered: (node, id, content) => this.#answered(node, id, content),
      untaken: (node, id) => this.#untaken(node, id),
    })
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
    for (const call of this.#byCaller.get(session) ?? []) this.#end(call, 'disconnected')
    const own = [...(this.#instances.get(session)?.values() ?? [])]
    this.#instances.delete(session)
    for (const instance of own) this.#lose(instance)
  }

  /** @throws Refusal where too many calls wait already */
  call(asked: NewCall): CallOutcome {
    if (this.#take(asked)) return 'taken'
    asked.answered(this.#unserved(asked))
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
  cancel(session: Caller, service: string, correlationData: Uint8Array): boolean {
    const calls = [...(this.#byCaller.get(session) ?? [])].filter(
      (call) => call.asked.service === service && call.isCorrelatedBy(correlationData),
    )
    for (const call of calls) {
      this.#end(call, 'cancelled')
      call.fail(RpcCode.Cancelled, 'The call was cancelled')
    }
    return calls.length > 0
  }

  /**
   * An instance answers the call that it knows as `id`. False where nobody waits for that any more.
   *
   * @throws Refusal where it was not given such a call
   */
  answer(session: LiveSession, { client, id }: { client: string; id: string }, answer: Answer): boolean {
    const call = this.#given.get(id)
    if (isOf(session, call?.given?.taker) && call?.asked.caller.name.client === client) {
      if (!call.isCorrelatedBy(answer.correlationData)) throw notItsCorrelation()
      this.#endWith(call, answer.content)
      return true
    }
    if (!call && this.#wasGiven(session, id)) {
      this.parts.counters.lateAnswers++
      return false
    }
    throw new Refusal(ReasonCode.NotAuthorized, 'You have no such call to answer: publish to the Response Topic of one')
  }

  /** `undefined` where nobody is there for it. */
  #take(asked: NewCall): OpenCall | undefined {
    const service = this.#services.get(asked.caller.name.vendor, asked.service)
    if (!service?.has(asked)) return undefined
    const taker = service.choose(asked, this.parts.limits.callsPerInstance)
    if (!taker) this.#checkRoom(service, asked)
    const call = this.#open(asked)
    if (taker) this.#give(call, taker)
    else service.wait(call)
    return call
  }

  #unserved(asked: NewCall): CallContent {
    const service = this.#services.get(asked.caller.name.vendor, asked.service)
    return !service || service.isClosedTo(asked) ? nobodyServes(asked.service) : noSuchMethod(asked)
  }

  #open(asked: NewCall): OpenCall {
    const { clock } = this.parts
    const call = new OpenCall(asked, clock.now() + asked.timeoutMs)
    call.expiry = clock.after(asked.timeoutMs, () => this.#expire(call))
    const calls = this.#byCaller.get(asked.caller) ?? new Set()
    this.#byCaller.set(asked.caller, calls.add(call))
    return call
  }

  #give(call: OpenCall, taker: Instance | Elsewhere): void {
    const id = taker.ids.next()
    call.given = { taker, id }
    taker.calls.add(call)
    this.#given.set(id, call)
    const now = this.parts.clock.now()
    if (taker instanceof Elsewhere) this.#nodes.call(taker.node, id, call, Math.max(1, call.due - now))
    else this.#deliver(call, { instance: taker, id }, now)
  }

  #deliver(call: OpenCall, given: { instance: Instance; id: string }, now: number): void {
    const { instance } = given
    const delivery = {
      ...callDelivery(call, given, now),
      acknowledged: (refused?: Refused) => refused && this.#refused(call, refused),
    }
    if (!this.parts.sender.sendNow(instance.session, delivery)) void this.#sendLater(instance, delivery)
  }

  /** The instance does not take it, or can't: its caller need not wait for its time to be over. */
  #refused(call: OpenCall, { reason }: Refused): void {
    if (!call.given || !this.#given.has(call.given.id)) return
    const message = `The instance refused the call${reason === undefined ? '' : `: ${reason}`}`
    this.#endWith(call, failureOf(RpcCode.InternalError, message))
  }

  /** It gets no other call before it has taken this one. */
  async #sendLater(instance: Instance, delivery: Delivery): Promise<void> {
    instance.sending = true
    await this.parts.sender.send(instance.session, delivery)
    instance.sending = false
    this.#giveWaiting(instance.session.name.vendor, instance.service)
  }

  #giveWaiting(vendor: string, name: string): void {
    const { callsPerInstance } = this.parts.limits
    const service = this.#services.get(vendor, name)
    for (const call of service?.waiting ?? []) {
      const taker = service?.choose(call.asked, callsPerInstance)
      if (taker && service?.waitNoMore(call)) this.#give(call, taker)
      else if (!service?.hasRoom(callsPerInstance)) return
    }
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
    for (const call of service?.waiting ?? [])
      if (!service?.has(call.asked)) this.#endWith(call, this.#unserved(call.asked))
    this.#giveWaiting(vendor, name)
    this.parts.changed(vendor, name)
  }

  #endWith(call: OpenCall, answer: CallContent): void {
    this.#close(call)
    call.asked.answered(answer)
  }

  #expire(call: OpenCall): void {
    this.#end(call, 'timeout')
    call.fail(RpcCode.TimedOut, `The service did not answer within ${call.asked.timeoutMs} ms`)
  }

  /** Nobody waits for its answer any more; the instance that has it is told so. */
  #end(call: OpenCall, reason: CallEnded['reason']): void {
    const { given } = call
    this.#close(call)
    if (!given) return
    const { taker, id } = given
    if (taker instanceof Elsewhere) this.#nodes.end(taker.node, id, reason)
    else void this.parts.sender.send(taker.session, endedDelivery(call, { instance: taker, id }, reason))
  }

  /** It is over; whoever had it has room for another. */
  #close(call: OpenCall): void {
    const { caller, service } = call.asked
    call.expiry?.cancel()
    const calls = this.#byCaller.get(caller)
    calls?.delete(call)
    if (calls?.size === 0) this.#byCaller.delete(caller)
    if (!call.given) this.#services.get(caller.name.vendor, service)?.waitNoMore(call)
    else {
      this.#takeBack(call)
      this.#giveWaiting(caller.name.vendor, service)
    }
  }

  #takeBack(call: OpenCall): void {
    if (call.given) this.#given.delete(call.given.id)
    call.given?.taker.calls.delete(call)
    call.given = undefined
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
    for (const call of [...instance.calls]) this.#loseCall(call)
  }

  #loseCall(call: OpenCall): void {
    this.#close(call)
    call.fail(RpcCode.InstanceLost, 'The instance that had the call has gone: whether it was carried out is not known')
  }

  #learn(node: string, offered: Offered): void {
    if (this.#services.learn(node, offered)) this.#changed(offered.vendor, offered.service)
  }

  #learnAll(node: string, offers: readonly Offered[]): void {
    for (const offered of [...this.#services.gone(node, offers), ...offers]) this.#learn(node, offered)
  }

  #loseNode(node: string): void {
    this.#learnAll(node, [])
    for (const call of [...this.#given.values()]) if (isWith(node, call)) this.#loseCall(call)
  }

  #answered(node: string, id: string, content: CallContent): void {
    const call = this.#given.get(id)
    if (call && isWith(node, call)) this.#endWith(call, content)
  }

  /** Nobody has had it: it may be given to another. What was known of the node was old. */
  #untaken(node: string, id: string): void {
    const call = this.#given.get(id)
    if (!call || !isWith(node, call)) return
    const { vendor } = call.asked.caller.name
    this.#takeBack(call)
    this.#learn(node, { vendor, service: call.asked.service })
    const service = this.#services.get(vendor, call.asked.service)
    if (service?.has(call.asked)) service.wait(call)
    else this.#endWith(call, this.#unserved(call.asked))
    this.#giveWaiting(vendor, call.asked.service)
    this.#nodes.ask(node)
  }

  #wasGiven(session: LiveSession, id: string): boolean {
    return [...(this.#instances.get(session)?.values() ?? [])].some((instance) => instance.ids.knows(id))
  }

  #checkRoom({ waiting, waitingBytes }: Service, { service, content }: NewCall): void {
    const { limits, counters } = this.parts
    const excess =
      waiting.size >= limits.waitingCallsPerService
        ? 'waitingCallsPerService'
        : waitingBytes + content.payload.length > limits.waitingCallBytesPerService && 'waitingCallBytesPerService'
    if (!excess) return
    countLimit(counters, 'server', excess)
    throw new Refusal(ReasonCode.QuotaExceeded, `Too many calls wait for ${service} already: try again later`, {
      passing: true,
    })
  }
}

export interface Answer {
  content: CallContent
  correlationData: Uint8Array | undefined
}

const isOf = (session: LiveSession, taker: Instance | Elsewhere | undefined): boolean =>
  taker instanceof Instance && taker.session === session

const isWith = (node: string, { given }: OpenCall): boolean =>
  given?.taker instanceof Elsewhere && given.taker.node === node

const notItsCorrelation = () =>
  new Refusal(ReasonCode.NotAuthorized, 'The Correlation Data of an answer must be that of its call')
