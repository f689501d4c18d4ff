import { matches } from '@daakia/protocol/mqtt'
import { SparseMap, SparseSet } from './sparse.js'

interface Node<T> {
  /** Most nodes have no children, or no values. */
  children: SparseMap<string, Node<T>>
  /** What was added under the filter that ends here. */
  values: SparseSet<T>
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
    prune(this.#root, filter.split('/'), value)
    this.#forget(filter)
  }

  /** The sum of everything under a filter that takes the topic in. */
  match(topic: string): A {
    return this.#answers.get(topic) ?? this.#find(topic)
  }

  #find(topic: string): A {
    const answer = this.sumUp(collect(this.#root, topic.split('/')))
    if (this.#answers.size >= rememberedTopics) this.#answers.clear()
    this.#answers.set(topic, answer)
    return answer
  }

  #forget(filter: string): void {
    if (!/[+#]/.test(filter)) this.#answers.delete(filter)
    else for (const topic of this.#answers.keys()) if (matches(filter, topic)) this.#answers.delete(topic)
  }
}

const emptyNode = <T>(): Node<T> => ({ children: new SparseMap(), values: new SparseSet() })

const childOf = <T>(node: Node<T>, level: string): Node<T> => {
  const known = node.children.get(level)
  if (known) return known
  const child = emptyNode<T>()
  node.children.set(level, child)
  return child
}

/** Takes the value away, and the branches that it leaves empty. Filters may be deep: nothing here calls itself. */
const prune = <T>(root: Node<T>, levels: readonly string[], value: T): void => {
  const path = [root]
  for (const level of levels) {
    const child = path.at(-1)?.children.get(level)
    if (!child) return
    path.push(child)
  }
  path.at(-1)?.values.delete(value)
  for (let depth = levels.length; depth > 0 && isEmpty(path[depth]); depth--)
    path[depth - 1]?.children.delete(levels[depth - 1] as string)
}

const isEmpty = <T>(node: Node<T> | undefined): boolean => node?.values.size === 0 && node.children.size === 0

/** All values under filters that take the topic in, level by level. */
const collect = <T>(root: Node<T>, levels: readonly string[]): T[] => {
  const found: T[] = []
  let nodes = [root]
  for (const [depth, level] of levels.entries()) {
    // [MQTT-4.7.2-1] a wildcard at the first level takes no topic in that begins with `$`.
    const wild = depth > 0 || !level.startsWith('$')
    const next: Node<T>[] = []
    for (const { children } of nodes) {
      if (wild) take(children.get('#'), found)
      add(children.get(level), next)
      if (wild) add(children.get('+'), next)
    }
    nodes = next
    if (nodes.length === 0) return found
  }
  for (const node of nodes) {
    // `#` stands for its parent level as well (4.7.1.2).
    take(node.children.get('#'), found)
    take(node, found)
  }
  return found
}

const add = <T>(node: Node<T> | undefined, nodes: Node<T>[]): void => {
  if (node) nodes.push(node)
}

const take = <T>(node: Node<T> | undefined, found: T[]): void => {
  if (node) for (const value of node.values) found.push(value)
}
