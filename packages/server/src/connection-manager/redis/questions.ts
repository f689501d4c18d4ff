import type { Alarm, Clock } from '@daakia/protocol'
import type { RedisLink } from '../../redis/link.js'
import type { Nodes } from '../../redis/nodes/nodes.js'

export interface QuestionsOptions {
  link: RedisLink
  nodes: Nodes
  clock: Clock
  /** Resolves when nothing of this node acts under the name any more, except under this fence and higher ones. */
  letGo(name: string, fence: number): Promise<void>
}

/** What goes from node to node: that a name is to be let go, and that it was. */
type Letter = { from: string; name: string; fence: number } & ({ kind: 'asks' } | { kind: 'answers'; problem?: string })

/** Asks other nodes to let names go, and answers them. */
export class Questions {
  readonly #options: QuestionsOptions
  readonly #open = new Map<string, (problem?: string) => void>()
  #stop = () => {}

  static async open(options: QuestionsOptions): Promise<Questions> {
    const questions = new Questions(options)
    const { link, nodes } = options
    // A question that was missed is asked again.
    const subscriber = { hear: (bytes: Buffer) => questions.#hear(bytes), missed: () => {} }
    questions.#stop = await link.subscribe(questions.#channelOf(nodes.node), subscriber)
    return questions
  }

  private constructor(options: QuestionsOptions) {
    this.#options = options
  }

  /** Resolves when the node has let the name go, or is dead. Asks again until then. */
  async ask(node: string, name: string, fence: number): Promise<void> {
    const { clock, nodes } = this.#options
    const key = keyOf(node, name, fence)
    let alarm: Alarm | undefined
    const answer = new Promise<string | undefined>((resolve) => this.#open.set(key, resolve))
    const again = async () => {
      await this.#send(node, { kind: 'asks', from: nodes.node, name, fence })
      const alive = await nodes.isAlive(node).catch(() => true)
      if (!alive) this.#close(key)
      else if (this.#open.has(key)) alarm = clock.after(nodes.leaseMs / 20, () => void again())
    }
    void again()
    const problem = await answer
    alarm?.cancel()
    if (problem) throw new Error(`Another node could not end the connection that had the name: ${problem}`)
  }

  close(): void {
    this.#stop()
  }

  #hear(bytes: Buffer): void {
    const letter = JSON.parse(bytes.toString()) as Letter
    if (letter.kind === 'asks') void this.#answer(letter)
    else this.#close(keyOf(letter.from, letter.name, letter.fence), letter.problem)
  }

  async #answer({ from, name, fence }: Letter): Promise<void> {
    const problem = await this.#options.letGo(name, fence).then(
      () => undefined,
      (error) => String(error),
    )
    const { node } = this.#options.nodes
    await this.#send(from, { kind: 'answers', from: node, name, fence, ...(problem && { problem }) })
  }

  #close(key: string, problem?: string): void {
    this.#open.get(key)?.(problem)
    this.#open.delete(key)
  }

  /** What is lost on its way is asked again. */
  async #send(node: string, letter: Letter): Promise<void> {
    await this.#options.link.publish(this.#channelOf(node), JSON.stringify(letter)).catch(() => {})
  }

  #channelOf(node: string): string {
    return `${this.#options.link.prefix}node:${node}`
  }
}

const keyOf = (node: string, name: string, fence: number): string => JSON.stringify([node, name, fence])
