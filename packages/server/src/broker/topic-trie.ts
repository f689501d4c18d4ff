import { matches } from '@daakia/protocol/mqtt'

interface Node<T> {
  children: Map<string, Node<T>>
  /** What was added under the filter that ends here. */
  values: Set<T>
}

/** As many topics are remembered with their answers; one more, and all are forgotten. */
const rememberedTopics = 10_000

/**
 * Topic filters and what stands under them, summed up in an answer for each topic. Answers are remembered until a
 * filter that takes the topic in changes.
 */
export class TopicTrie<T, A> {
  readonly #root: Node<T> = emptyNode()
  readonly #answers = new Map<string, A>()

  constructor(private readonly sumUp: (found: readonly T[]) => A) {}

  add(filter: string, value: T): void {
    let node = this.#root
    for (const level of filter.split('/')) node = childOf(node, level)
    node.values.add(value)
    this.#forget(filter)
  }

  remove(filter: string, value: T): void {
    prune(this.#root, filter.split('/'), 0, value)
    this.#forget(filter)
  }

  /** The sum of everything under a filter that takes the topic in. */
  match(topic: string): A {
    return this.#answers.get(topic) ?? this.#find(topic)
  }

  #find(topic: string): A {
    const found: T[] = []
    collect(this.#root, topic.split('/'), 0, found)
    const answer = this.sumUp(found)
    if (this.#answers.size >= rememberedTopics) this.#answers.clear()
    this.#answers.set(topic, answer)
    return answer
  }

  #forget(filter: string): void {
    if (!/[+#]/.test(filter)) this.#answers.delete(filter)
    else for (const topic of this.#answers.keys()) if (matches(filter, topic)) this.#answers.delete(topic)
  }
}

const emptyNode = <T>(): Node<T> => ({ children: new Map(), values: new Set() })

const childOf = <T>(node: Node<T>, level: string): Node<T> => {
  const known = node.children.get(level)
  if (known) return known
  const child = emptyNode<T>()
  node.children.set(level, child)
  return child
}

/** Takes the value away, and the branches that it leaves empty. */
const prune = <T>(node: Node<T>, levels: readonly string[], depth: number, value: T): void => {
  const level = levels[depth]
  if (level === undefined) {
    node.values.delete(value)
    return
  }
  const child = node.children.get(level)
  if (!child) return
  prune(child, levels, depth + 1, value)
  if (child.values.size === 0 && child.children.size === 0) node.children.delete(level)
}

const collect = <T>(node: Node<T>, levels: readonly string[], depth: number, found: T[]): void => {
  const level = levels[depth]
  // [MQTT-4.7.2-1] a wildcard at the first level takes no topic in that begins with `$`.
  const wild = depth > 0 || !level?.startsWith('$')
  // `#` stands for its parent level as well (4.7.1.2).
  if (wild) take(node.children.get('#'), found)
  if (level === undefined) take(node, found)
  else descend(node.children.get(level), levels, depth, found)
  if (level !== undefined && wild) descend(node.children.get('+'), levels, depth, found)
}

const descend = <T>(node: Node<T> | undefined, levels: readonly string[], depth: number, found: T[]): void => {
  if (node) collect(node, levels, depth + 1, found)
}

const take = <T>(node: Node<T> | undefined, found: T[]): void => {
  if (node) for (const value of node.values) found.push(value)
}
