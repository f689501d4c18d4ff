import { type CallEnded, type Clock, RpcCode } from '@daakia/protocol'
import { Refusal } from '../../broker/exchange/refusal.js'
import type { Letters, Peers } from '../../peers/port.js'
import type { Offer } from './offer.js'
import { failureOf, type OpenCall } from './open-call.js'
import type { CallContent, Caller, NewCall } from './port.js'

/** What a node has of a service; without an offer: nothing any more. */
export interface Offered {
  vendor: string
  service: string
  offer?: Offer
}

/** A call on its way to another node. */
interface CallLetter {
  kind: 'call'
  id: string
  vendor: string
  client: string
  service: string
  method: string
  content: CallContent
  correlationData?: Uint8Array
  timeoutMs: number
}

type Letter =
  /** Whoever hears it answers with `all`. */
  | { kind: 'ask' }
  | { kind: 'all'; offers: readonly Offered[] }
  | { kind: 'offer'; offered: Offered }
  | CallLetter
  | { kind: 'answer'; id: string; content: CallContent }
  /** Nobody is there who has the method: the call was given to nobody. */
  | { kind: 'untaken'; id: string }
  /** The caller waits no more. */
  | { kind: 'end'; id: string; reason: CallEnded['reason'] }

export interface ServiceNodesParts {
  peers: Peers
  clock: Clock
  /** All that this node has. */
  offers(): readonly Offered[]
  /** What another node has from now on. */
  learned(node: string, offered: Offered): void
  /** All that another node has. */
  learnedAll(node: string, offers: readonly Offered[]): void
  /** The node is gone, with what it had. */
  lost(node: string): void
  /** A call from another node; `undefined` where nobody is there for it. @throws Refusal */
  take(asked: NewCall): OpenCall | undefined
  /** The caller of such a call waits no more. */
  end(call: OpenCall, reason: CallEnded['reason']): void
  /** The other node has answered a call. */
  answered(node: string, id: string, content: CallContent): void
  /** The other node had nobody for it. */
  untaken(node: string, id: string): void
}

/** As long a node that has come waits for what others have. */
const patienceMs = 1_000

/** Letters about services: what each node has of them, and calls and their answers. */
export class ServiceNodes {
  readonly #letters: Letters<Letter>
  /** Calls of other nodes, by node and then by the name that it knows them by. */
  readonly #calls = new Map<string, Map<string, OpenCall>>()
  readonly #stop: () => void
  /** Nodes that have not said yet what they have. */
  readonly #unmet: Set<string>
  #allMet = () => {}

  constructor(private readonly parts: ServiceNodesParts) {
    const { peers } = parts
    this.#unmet = new Set(peers.members.filter((node) => node !== peers.node))
    this.#letters = peers.open<Letter>('services', {
      hear: (letter, from) => this.#hear(letter, from),
      missed: () => this.#meet(),
    })
    this.#stop = peers.onChange(({ joined, left }) => {
      for (const node of left) this.#lost(node)
      for (const node of joined) this.#greet(node)
    })
    this.#meet()
  }

  /** Resolves when it knows what the nodes have that were there before; one that does not say so is not waited for for ever. */
  async met(): Promise<void> {
    if (this.#unmet.size === 0) return
    await new Promise<void>((resolve) => {
      const alarm = this.parts.clock.after(patienceMs, resolve, 'upkeep')
      this.#allMet = () => {
        alarm.cancel()
        resolve()
      }
    })
  }

  /** Has a node say what it has. */
  ask(node: string): void {
    this.#letters.send(node, { kind: 'ask' })
  }

  /** Tells the others what this node has. */
  tell(offered: () => Offered): void {
    if (this.parts.peers.members.length > 1) this.#letters.tell({ kind: 'offer', offered: offered() })
  }

  call(node: string, id: string, { asked }: OpenCall, timeoutMs: number): void {
    const { caller, service, method, content, correlationData } = asked
    const { vendor, client } = caller.name
    const call = { id, vendor, client, service, method, content, timeoutMs }
    this.#letters.send(node, { kind: 'call', ...call, ...(correlationData && { correlationData }) })
  }

  end(node: string, id: string, reason: CallEnded['reason']): void {
    this.#letters.send(node, { kind: 'end', id, reason })
  }

  close(): void {
    this.#stop()
    this.#letters.close()
  }

  #meet(): void {
    this.#letters.tell({ kind: 'ask' })
    this.#letters.tell({ kind: 'all', offers: this.parts.offers() })
  }

  #greet(node: string): void {
    this.ask(node)
    this.#letters.send(node, { kind: 'all', offers: this.parts.offers() })
  }

  #hear(letter: Letter, from: string): void {
    if (letter.kind === 'call') this.#take(letter, from)
    else if (letter.kind === 'answer') this.parts.answered(from, letter.id, letter.content)
    else if (letter.kind === 'end') this.#end(letter, from)
    else if (letter.kind === 'untaken') this.parts.untaken(from, letter.id)
    else if (letter.kind === 'offer') this.parts.learned(from, letter.offered)
    else if (letter.kind === 'all') this.#learnAll(from, letter.offers)
    else this.#letters.send(from, { kind: 'all', offers: this.parts.offers() })
  }

  #learnAll(node: string, offers: readonly Offered[]): void {
    this.parts.learnedAll(node, offers)
    this.#meetOne(node)
  }

  #meetOne(node: string): void {
    if (this.#unmet.delete(node) && this.#unmet.size === 0) this.#allMet()
  }

  #take({ id, vendor, client, service, method, content, correlationData, timeoutMs }: CallLetter, from: string): void {
    const caller: Caller = { name: { vendor, client } }
    const answered = (answer: CallContent) => {
      this.#forget(from, id)
      this.#letters.send(from, { kind: 'answer', id, content: answer })
    }
    try {
      const asked = { caller, isFromElsewhere: true, service, method, content, correlationData, timeoutMs } as const
      const call = this.parts.take({ ...asked, answered })
      if (call) this.#remember(from, id, call)
      else this.#letters.send(from, { kind: 'untaken', id })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      answered(failureOf(RpcCode.Busy, error.message))
    }
  }

  #end({ id, reason }: Letter & { kind: 'end' }, from: string): void {
    const call = this.#calls.get(from)?.get(id)
    this.#forget(from, id)
    if (call) this.parts.end(call, reason)
  }

  #lost(node: string): void {
    const calls = [...(this.#calls.get(node)?.values() ?? [])]
    this.#calls.delete(node)
    for (const call of calls) this.parts.end(call, 'disconnected')
    this.parts.lost(node)
    this.#meetOne(node)
  }

  #remember(node: string, id: string, call: OpenCall): void {
    const calls = this.#calls.get(node) ?? new Map<string, OpenCall>()
    this.#calls.set(node, calls.set(id, call))
  }

  #forget(node: string, id: string): void {
    const calls = this.#calls.get(node)
    calls?.delete(id)
    if (calls?.size === 0) this.#calls.delete(node)
  }
}
