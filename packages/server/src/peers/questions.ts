import type { Alarm, Clock } from '@daakia/protocol'
import type { Letters, Peers } from './port.js'

export interface PeerQuestionsOptions<Q, A> {
  peers: Peers
  clock: Clock
  kind: string
  answer(question: Q): Promise<A>
}

type Letter<Q, A> = { asked: number; question: Q } | { asked: number; answer: A }

interface Open<Q, A> {
  to: string
  question: Q
  /** With `undefined` where there is no answer. */
  settle(answer: A | undefined): void
}

/** Who has not answered by then is dead, or stands still. */
const longestWaitMs = 5_000

/** Asks other nodes, and answers them. What is asked may be asked twice. */
export class PeerQuestions<Q, A> {
  readonly #letters: Letters<Letter<Q, A>>
  readonly #open = new Map<number, Open<Q, A>>()
  readonly #stop: () => void
  #last = 0

  constructor(private readonly options: PeerQuestionsOptions<Q, A>) {
    const { peers, kind } = options
    this.#letters = peers.open<Letter<Q, A>>(kind, {
      hear: (letter, from) => this.#hear(letter, from),
      missed: () => {
        for (const [asked, { to, question }] of this.#open) this.#letters.send(to, { asked, question })
      },
    })
    this.#stop = peers.onChange(({ left }) => {
      for (const [asked, { to }] of [...this.#open]) if (left.includes(to)) this.#settle(asked, undefined)
    })
  }

  /** Resolves with the answers of all others that live. */
  async askAll(question: Q): Promise<A[]> {
    const { members, node } = this.options.peers
    const others = members.filter((each) => each !== node)
    const answers = await Promise.all(others.map((to) => this.#ask(to, question)))
    return answers.filter((answer) => answer !== undefined)
  }

  close(): void {
    this.#stop()
    this.#letters.close()
    for (const asked of [...this.#open.keys()]) this.#settle(asked, undefined)
  }

  #ask(to: string, question: Q): Promise<A | undefined> {
    const asked = ++this.#last
    this.#letters.send(to, { asked, question })
    return new Promise((resolve) => {
      const alarm: Alarm = this.options.clock.after(longestWaitMs, () => this.#settle(asked, undefined), 'upkeep')
      const settle = (answer: A | undefined) => {
        alarm.cancel()
        resolve(answer)
      }
      this.#open.set(asked, { to, question, settle })
    })
  }

  #hear(letter: Letter<Q, A>, from: string): void {
    if ('question' in letter) void this.#answer(letter.asked, letter.question, from)
    else this.#settle(letter.asked, letter.answer)
  }

  async #answer(asked: number, question: Q, from: string): Promise<void> {
    try {
      this.#letters.send(from, { asked, answer: await this.options.answer(question) })
    } catch {
      // Who asked goes on without an answer.
    }
  }

  #settle(asked: number, answer: A | undefined): void {
    const open = this.#open.get(asked)
    this.#open.delete(asked)
    open?.settle(answer)
  }
}
