import { CallEnded, type Clock, callProperties, cancelMethod, parseDaakTopic, RpcCode } from '@daakia/protocol'
import { ConnectionLost, Refused, RpcFailure } from '../errors.js'
import type { Link } from '../link/port.js'
import type { TransportMessage } from '../transport/port.js'
import { errorOf, resultOf, runMethod } from './answer.js'
import type { CheckedMethod, IncomingCall, ServiceLog } from './port.js'

const packetTooLarge = 0x95

/** The calls that an instance has: run, answered, and aborted where nobody waits any more. */
export class IncomingCalls {
  /** By their Response Topics, which are each call's own. */
  readonly #open = new Map<string, AbortController>()
  #rest: (() => void)[] = []

  constructor(
    private readonly link: Link,
    private readonly methods: ReadonlyMap<string, CheckedMethod<unknown>>,
    private readonly clock: Clock,
    private readonly log: ServiceLog,
  ) {
    link.onStatus(({ state }) => {
      if (state !== 'online') this.#abortAll('the connection was lost')
    })
  }

  receive(message: TransportMessage): void {
    const address = parseDaakTopic(message.topic)
    const { responseTopic } = message
    if (address?.kind !== 'rpc' || responseTopic === undefined) return
    if (address.method === cancelMethod) this.#abort(responseTopic, reasonOf(message))
    else void this.#answer(address.method, responseTopic, message)
  }

  /** Resolves when all are answered, or aborted after `graceMs`. */
  async finish(graceMs: number): Promise<void> {
    if (this.#open.size === 0) return
    await new Promise<void>((resolve) => {
      const alarm = this.clock.after(graceMs, resolve)
      this.#rest.push(() => {
        alarm.cancel()
        resolve()
      })
    })
    this.#abortAll('the service was closed')
  }

  async #answer(method: string, responseTopic: string, message: TransportMessage): Promise<void> {
    const controller = new AbortController()
    this.#open.set(responseTopic, controller)
    const answer = await this.#run(method, message, controller.signal)
    if (!controller.signal.aborted) await this.#send(answer, { method, responseTopic, message })
    if (this.#open.get(responseTopic) === controller) this.#open.delete(responseTopic)
    if (this.#open.size === 0) for (const rest of this.#rest.splice(0)) rest()
  }

  async #run(name: string, { payload, userProperties = [] }: TransportMessage, signal: AbortSignal): Promise<string> {
    const propertyOf = (property: string) => userProperties.find(([each]) => each === property)?.[1]
    const call: IncomingCall = {
      from: propertyOf('from') ?? '',
      signal,
      timeoutMs: Number(propertyOf(callProperties.timeout)),
      userProperties,
    }
    try {
      const method = this.methods.get(name)
      if (!method) throw new RpcFailure(RpcCode.MethodNotFound, `There is no method ${name}`)
      return resultOf(await runMethod(method, payload, call))
    } catch (error) {
      if (error instanceof RpcFailure) return errorOf(error)
      if (!signal.aborted) this.log.warn({ method: name, from: call.from, error }, 'A method failed')
      return errorOf(new RpcFailure(RpcCode.InternalError, 'The service could not do this'))
    }
  }

  async #send(
    answer: string,
    call: { method: string; responseTopic: string; message: TransportMessage },
  ): Promise<void> {
    const { method, responseTopic, message } = call
    try {
      await this.link.publish(
        {
          topic: responseTopic,
          payload: new TextEncoder().encode(answer),
          contentType: 'application/json',
          ...(message.correlationData && { correlationData: message.correlationData }),
        },
        { qos: 1 },
      )
    } catch (error) {
      if (error instanceof ConnectionLost) return
      this.log.warn({ method, error }, 'An answer was refused')
      if (error instanceof Refused && error.reasonCode === packetTooLarge)
        await this.#send(errorOf(new RpcFailure(RpcCode.InternalError, 'The answer is too large')), call)
    }
  }

  #abortAll(reason: string): void {
    for (const responseTopic of this.#open.keys()) this.#abort(responseTopic, reason)
  }

  #abort(responseTopic: string, reason: string): void {
    this.#open.get(responseTopic)?.abort(new Error(`Nobody waits for the answer any more: ${reason}`))
  }
}

const reasonOf = ({ payload }: TransportMessage): string => {
  try {
    return CallEnded.parse(JSON.parse(new TextDecoder().decode(payload))).reason
  } catch {
    return 'cancelled'
  }
}
