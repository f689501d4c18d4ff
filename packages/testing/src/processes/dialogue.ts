/** What one side asks of the other: what it tells with it, and what it is answered. */
export type Questions = Record<string, { asked: unknown; answer: unknown }>

type Packet =
  | { ask: string; number: number | undefined; asked: unknown }
  | { number: number; answer: unknown }
  | { number: number; refusal: { name: string; message: string; stack?: string | undefined } }

type Handler<Q extends Questions[string]> = (asked: Q['asked']) => Q['answer'] | Promise<Q['answer']>
type Asked<T extends Questions, K extends keyof T> = undefined extends T[K]['asked'] ? [] : [asked: T[K]['asked']]

interface Waiting {
  question: string
  resolve(answer: unknown): void
  reject(reason: unknown): void
}

/**
 * Questions and answers between two processes. What one side asks arrives in the order in which it was asked, and so do the
 * answers in theirs. It asks the other for `Theirs`, and is asked for `Mine`.
 */
export class Dialogue<Theirs extends Questions, Mine extends Questions> {
  readonly #send: (packet: unknown) => void
  readonly #handlers: { [K in keyof Mine]?: Handler<Mine[K]> } = {}
  readonly #waiting = new Map<number, Waiting>()
  /** Called when something is answered. */
  #listeners: (() => void)[] = []
  #count = 0
  #over: Error | undefined

  constructor(send: (packet: unknown) => void) {
    this.#send = send
  }

  /** @throws what the other side has thrown, or the reason why the dialogue is over */
  ask<K extends keyof Theirs & string>(question: K, ...[asked]: Asked<Theirs, K>): Promise<Theirs[K]['answer']> {
    if (this.#over !== undefined) return Promise.reject(this.#over)
    const number = ++this.#count
    this.#send({ ask: question, number, asked } satisfies Packet)
    return new Promise<unknown>((resolve, reject) => this.#waiting.set(number, { question, resolve, reject }))
  }

  /** As `ask`, where no answer matters. */
  tell<K extends keyof Theirs & string>(question: K, ...[asked]: Asked<Theirs, K>): void {
    if (this.#over === undefined) this.#send({ ask: question, number: undefined, asked } satisfies Packet)
  }

  /** Resolves when it rests, and has asked nothing that is not answered, but what `mayWait` for as long as it takes. */
  async standsStill(rest: () => Promise<void>, mayWait?: keyof Theirs & string): Promise<void> {
    const waits = () => [...this.#waiting.values()].some(({ question }) => question !== mayWait)
    do {
      while (waits()) await new Promise<void>((resolve) => this.#listeners.push(resolve))
      await rest()
    } while (waits())
  }

  /** Answers this question from now on. */
  answer<K extends keyof Mine & string>(question: K, handler: Handler<Mine[K]>): void {
    this.#handlers[question] = handler
  }

  receive(message: unknown): void {
    if (this.#over !== undefined) return
    const packet = message as Packet
    if ('ask' in packet) void this.#reply(packet)
    else if ('refusal' in packet) this.#taken(packet.number)?.reject(thrown(packet.refusal))
    else this.#taken(packet.number)?.resolve(packet.answer)
  }

  /** Nothing is heard or answered any more. Answers whether that is new. */
  end(reason: Error): boolean {
    if (this.#over !== undefined) return false
    this.#over = reason
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
    return true
  }

  async #reply({ ask, number, asked }: Extract<Packet, { ask: string }>): Promise<void> {
    const send = (reply: object) => {
      if (number !== undefined && this.#over === undefined) this.#send({ number, ...reply })
    }
    try {
      send({ answer: await this.#handlers[ask]?.(asked) })
    } catch (error) {
      send({ refusal: told(error) })
    }
  }

  #taken(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number)
    this.#waiting.delete(number)
    for (const listener of this.#listeners.splice(0)) listener()
    return waiting
  }
}

const told = (error: unknown): { name: string; message: string; stack?: string | undefined } => {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  return { name, message, stack }
}

const thrown = ({ name, message, stack }: ReturnType<typeof told>): Error =>
  Object.assign(new Error(message), { name, stack })
