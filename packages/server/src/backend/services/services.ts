import { type CallEnded, type Clock, RpcCode, type ServiceInfo } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { PacedSender } from '../../broker/exchange/paced.js'
import type { Delivery, LiveSession, Refused } from '../../broker/exchange/port.js'
import { Refusal } from '../../broker/exchange/refusal.js'
import type { Counters } from '../../counters.js'
import { countLimit } from '../../limits/refuse.js'
import type { ServerLimits } from '../../limits/server-limits.js'
import type { Announcement } from './announcement.js'
import { Instance } from './instance.js'
import { callDelivery, endedDelivery, failureOf, nobodyServes, noSuchMethod, OpenCall } from './open-call.js'
import type { CallContent, CallOutcome, NewCall } from './port.js'
import { Service } from './service.js'

export type ServiceLimits = Pick<
  ServerLimits,
  'callsPerInstance' | 'waitingCallsPerService' | 'waitingCallBytesPerService'
>

export interface ServicesParts {
  sender: PacedSender
  clock: Clock
  limits: ServiceLimits
  counters: Counters
  /** Makes what nobody guesses. */
  makeToken(): string
  /** Instances have come or gone, or announced something else. */
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
  /** By vendor, and then by name. */
  readonly #services = new Map<string, Map<string, Service>>()
  readonly #instances = new Map<LiveSession, Map<string, Instance>>()
  /** By the name that its instance knows it by. */
  readonly #given = new Map<string, OpenCall>()
  readonly #byCaller = new Map<LiveSession, Set<OpenCall>>()
  #announcements = 0

  constructor(private readonly parts: ServicesParts) {}

  /** The session serves from now on; one that does so already announces itself anew. */
  join(session: LiveSession, name: string, { qos, identifier, announcement }: Joining): void {
    if (session.closed) return
    const own = this.#instances.get(session) ?? new Map<string, Instance>()
    const instance = own.get(name) ?? new Instance(session, name, this.parts.makeToken())
    const announced = ++this.#announcements
    this.#instances.set(session, own.set(name, Object.assign(instance, { qos, identifier, announcement, announced })))
    this.#enter(instance)
    this.#changed(session.name.vendor, name)
  }

  /** What the instances of a service have announced; `undefined` where there is none. */
  info(vendor: string, name: string): ServiceInfo | undefined {
    return this.#service(vendor, name)?.info
  }

  names(vendor: string): Iterable<string> {
    return this.#services.get(vendor)?.keys() ?? []
  }

  /** The session gets no more calls, and may answer those that it has. False where it did not serve. */
  leave(session: LiveSession, name: string): boolean {
    const instance = this.#instances.get(session)?.get(name)
    return instance !== undefined && this.#withdraw(instance)
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
    const service = this.#service(asked.session.name.vendor, asked.service)
    if (!service?.has(asked.method)) {
      asked.answered(service ? noSuchMethod(asked) : nobodyServes(asked.service))
      return 'nobody'
    }
    const instance = service.choose(asked.method, this.parts.limits.callsPerInstance)
    if (!instance) this.#checkRoom(service, asked)
    const call = this.#open(asked)
    if (instance) this.#give(call, instance)
    else service.wait(call)
    return 'taken'
  }

  /** The caller waits no more. False where it has no such call. */
  cancel(session: LiveSession, service: string, correlationData: Uint8Array): boolean {
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
    if (call?.given?.instance.session === session && call.asked.session.name.client === client) {
      if (!call.isCorrelatedBy(answer.correlationData)) throw notItsCorrelation()
      this.#close(call)
      call.asked.answered(answer.content)
      return true
    }
    if (!call && this.#wasGiven(session, id)) {
      this.parts.counters.lateAnswers++
      return false
    }
    throw new Refusal(ReasonCode.NotAuthorized, 'You have no such call to answer: publish to the Response Topic of one')
  }

  #open(asked: NewCall): OpenCall {
    const { clock } = this.parts
    const call = new OpenCall(asked, clock.now() + asked.timeoutMs)
    call.expiry = clock.after(asked.timeoutMs, () => this.#expire(call))
    const calls = this.#byCaller.get(asked.session) ?? new Set()
    this.#byCaller.set(asked.session, calls.add(call))
    return call
  }

  #give(call: OpenCall, instance: Instance): void {
    const given = { instance, id: instance.nextId() }
    call.given = given
    instance.calls.add(call)
    this.#given.set(given.id, call)
    const delivery = {
      ...callDelivery(call, given, this.parts.clock.now()),
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
    const service = this.#service(vendor, name)
    for (const call of service?.waiting ?? []) {
      const instance = service?.choose(call.asked.method, callsPerInstance)
      if (instance && service?.waitNoMore(call)) this.#give(call, instance)
      else if (!service?.instances.some((each) => each.room(callsPerInstance) > 0)) return
    }
  }

  /** Other instances are there than before, or with other methods. */
  #changed(vendor: string, name: string): void {
    const service = this.#service(vendor, name)
    for (const call of service?.waiting ?? [])
      if (!service?.has(call.asked.method)) this.#endWith(call, noSuchMethod(call.asked))
    this.#giveWaiting(vendor, name)
    this.parts.changed(vendor, name)
  }

  #endWith(call: OpenCall, answer: CallContent): void {
    this.#close(call)
    call.asked.answered(answer)
  }

  #service(vendor: string, name: string): Service | undefined {
    return this.#services.get(vendor)?.get(name)
  }

  #expire(call: OpenCall): void {
    this.#end(call, 'timeout')
    call.fail(RpcCode.TimedOut, `The service did not answer within ${call.asked.timeoutMs} ms`)
  }

  /** Nobody waits for its answer any more; the instance that has it is told so. */
  #end(call: OpenCall, reason: CallEnded['reason']): void {
    const { given } = call
    this.#close(call)
    if (given) void this.parts.sender.send(given.instance.session, endedDelivery(call, given, reason))
  }

  /** It is over; whoever had it has room for another. */
  #close(call: OpenCall): void {
    const { session, service } = call.asked
    call.expiry?.cancel()
    const calls = this.#byCaller.get(session)
    calls?.delete(call)
    if (calls?.size === 0) this.#byCaller.delete(session)
    if (!call.given) {
      this.#service(session.name.vendor, service)?.waitNoMore(call)
      return
    }
    this.#given.delete(call.given.id)
    call.given.instance.calls.delete(call)
    this.#giveWaiting(session.name.vendor, service)
  }

  #enter(instance: Instance): void {
    const { vendor } = instance.session.name
    const services = this.#services.get(vendor) ?? new Map<string, Service>()
    const service = services.get(instance.service) ?? new Service(instance.service)
    this.#services.set(vendor, services.set(instance.service, service))
    if (!service.instances.includes(instance)) service.instances.push(instance)
  }

  #withdraw(instance: Instance): boolean {
    const { vendor } = instance.session.name
    const service = this.#service(vendor, instance.service)
    const at = service?.instances.indexOf(instance) ?? -1
    if (!service || at < 0) return false
    service.instances.splice(at, 1)
    if (service.instances.length === 0) this.#remove(vendor, service)
    this.#changed(vendor, instance.service)
    return true
  }

  #remove(vendor: string, service: Service): void {
    this.#services.get(vendor)?.delete(service.name)
    if (this.#services.get(vendor)?.size === 0) this.#services.delete(vendor)
    for (const call of service.waiting) this.#endWith(call, nobodyServes(service.name))
  }

  #lose(instance: Instance): void {
    this.#withdraw(instance)
    for (const call of [...instance.calls]) {
      this.#close(call)
      call.fail(
        RpcCode.InstanceLost,
        'The instance that had the call has gone: whether it was carried out is not known',
      )
    }
  }

  #wasGiven(session: LiveSession, id: string): boolean {
    return [...(this.#instances.get(session)?.values() ?? [])].some((instance) => instance.knows(id))
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

const notItsCorrelation = () =>
  new Refusal(ReasonCode.NotAuthorized, 'The Correlation Data of an answer must be that of its call')
