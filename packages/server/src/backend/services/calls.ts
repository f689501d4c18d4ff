import { type CallEnded, type Clock, RpcCode } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { PacedSender } from '../../broker/exchange/paced.js'
import type { Delivery, Refused } from '../../broker/exchange/port.js'
import { Refusal } from '../../broker/exchange/refusal.js'
import type { Counters } from '../../counters.js'
import { countLimit } from '../../limits/refuse.js'
import type { ServerLimits } from '../../limits/server-limits.js'
import { Elsewhere } from './elsewhere.js'
import type { Instance } from './instance.js'
import { callDelivery, endedDelivery, failureOf, nobodyServes, noSuchMethod, OpenCall } from './open-call.js'
import type { CallContent, Caller, NewCall } from './port.js'
import type { Service } from './service.js'
import type { ServiceNodes } from './service-nodes.js'
import type { ServiceTable } from './service-table.js'

export type CallLimits = Pick<
  ServerLimits,
  'callsPerInstance' | 'waitingCallsPerService' | 'waitingCallBytesPerService'
>

export interface CallsParts {
  services: ServiceTable
  /** Where calls of instances on other nodes go. */
  nodes: Pick<ServiceNodes, 'call' | 'end'>
  sender: PacedSender
  clock: Clock
  limits: CallLimits
  counters: Counters
}

/** Calls that are open: they wait for an instance that has room, or are with one, until they are answered or end otherwise. */
export class Calls {
  /** By the name that its instance knows it by. */
  readonly #given = new Map<string, OpenCall>()
  readonly #byCaller = new Map<Caller, Set<OpenCall>>()

  constructor(private readonly parts: CallsParts) {}

  /** `undefined` where nobody is there for it. @throws Refusal where too many wait already */
  take(asked: NewCall): OpenCall | undefined {
    const service = this.parts.services.get(asked.caller.name.vendor, asked.service)
    if (!service?.has(asked)) return undefined
    const taker = service.choose(asked, this.parts.limits.callsPerInstance)
    if (!taker) this.#checkRoom(service, asked)
    const call = this.#open(asked)
    if (taker) this.#give(call, taker)
    else service.wait(call)
    return call
  }

  /** What a call is answered for which nobody is there. */
  unserved(asked: NewCall): CallContent {
    const service = this.parts.services.get(asked.caller.name.vendor, asked.service)
    return !service || service.isClosedTo(asked) ? nobodyServes(asked.service) : noSuchMethod(asked)
  }

  /** The call that an instance knows by this name. */
  given(id: string): OpenCall | undefined {
    return this.#given.get(id)
  }

  /** That of another node, where it has it. */
  givenTo(node: string, id: string): OpenCall | undefined {
    const call = this.#given.get(id)
    return call && isWith(node, call) ? call : undefined
  }

  /** What waits for a service, and nobody there has any more, is answered so. */
  endUnserved(service: Service): void {
    for (const call of service.waiting) if (!service.has(call.asked)) this.endWith(call, this.unserved(call.asked))
  }

  giveWaiting(vendor: string, name: string): void {
    const { callsPerInstance } = this.parts.limits
    const service = this.parts.services.get(vendor, name)
    for (const call of service?.waiting ?? []) {
      const taker = service?.choose(call.asked, callsPerInstance)
      if (taker && service?.waitNoMore(call)) this.#give(call, taker)
      else if (!service?.hasRoom(callsPerInstance)) return
    }
  }

  /** Nobody has had it: it may be given to another. */
  giveAgain(call: OpenCall): void {
    const { vendor } = call.asked.caller.name
    const service = this.parts.services.get(vendor, call.asked.service)
    if (service?.has(call.asked)) service.wait(call)
    else this.endWith(call, this.unserved(call.asked))
    this.giveWaiting(vendor, call.asked.service)
  }

  takeBack(call: OpenCall): void {
    if (call.given) this.#given.delete(call.given.id)
    call.given?.taker.calls.delete(call)
    call.given = undefined
  }

  /** The caller waits no more. False where it has no such call. */
  cancel(caller: Caller, service: string, correlationData: Uint8Array): boolean {
    const calls = [...(this.#byCaller.get(caller) ?? [])].filter(
      (call) => call.asked.service === service && call.isCorrelatedBy(correlationData),
    )
    for (const call of calls) {
      this.end(call, 'cancelled')
      call.fail(RpcCode.Cancelled, 'The call was cancelled')
    }
    return calls.length > 0
  }

  endAllOf(caller: Caller, reason: CallEnded['reason']): void {
    for (const call of this.#byCaller.get(caller) ?? []) this.end(call, reason)
  }

  /** Nobody waits for its answer any more; the instance that has it is told so. */
  end(call: OpenCall, reason: CallEnded['reason']): void {
    const { given } = call
    this.#close(call)
    if (!given) return
    const { taker, id } = given
    if (taker instanceof Elsewhere) this.parts.nodes.end(taker.node, id, reason)
    else void this.parts.sender.send(taker.session, endedDelivery(call, { instance: taker, id }, reason))
  }

  endWith(call: OpenCall, answer: CallContent): void {
    this.#close(call)
    call.asked.answered(answer)
  }

  /** Whoever had it has gone. */
  lose(call: OpenCall): void {
    this.#close(call)
    call.fail(RpcCode.InstanceLost, 'The instance that had the call has gone: whether it was carried out is not known')
  }

  /** The node has gone, with what it had. */
  loseAllWith(node: string): void {
    for (const call of [...this.#given.values()]) if (isWith(node, call)) this.lose(call)
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
    if (taker instanceof Elsewhere) this.parts.nodes.call(taker.node, id, call, Math.max(1, call.due - now))
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
    this.endWith(call, failureOf(RpcCode.InternalError, message))
  }

  /** It gets no other call before it has taken this one. */
  async #sendLater(instance: Instance, delivery: Delivery): Promise<void> {
    instance.sending = true
    await this.parts.sender.send(instance.session, delivery)
    instance.sending = false
    this.giveWaiting(instance.session.name.vendor, instance.service)
  }

  #expire(call: OpenCall): void {
    this.end(call, 'timeout')
    call.fail(RpcCode.TimedOut, `The service did not answer within ${call.asked.timeoutMs} ms`)
  }

  /** It is over; whoever had it has room for another. */
  #close(call: OpenCall): void {
    const { caller, service } = call.asked
    call.expiry?.cancel()
    const calls = this.#byCaller.get(caller)
    calls?.delete(call)
    if (calls?.size === 0) this.#byCaller.delete(caller)
    if (!call.given) this.parts.services.get(caller.name.vendor, service)?.waitNoMore(call)
    else {
      this.takeBack(call)
      this.giveWaiting(caller.name.vendor, service)
    }
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

const isWith = (node: string, { given }: OpenCall): boolean =>
  given?.taker instanceof Elsewhere && given.taker.node === node
