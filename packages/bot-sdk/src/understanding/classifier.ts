import { EntityFinder } from './entity-finder.js'
import { featuresOf } from './features.js'
import type { Intent } from './intent.js'
import { type Features, Network } from './network.js'
import { respelled } from './spelling.js'
import type { TypedRecogniser } from './typed-recogniser.js'

/**
 * What a {@link classifier} learns from.
 *
 * @example
 * classifier({
 *   examples: { order: ['i want a {dish}', 'i am hungry'], hours: ['when are you open', 'are you closed on sunday'] },
 *   entities: { dish: ['pizza', 'salad'] },
 * })
 */
export interface ClassifierOptions<TName extends string, TLists extends Lists> {
  /** What people write, by intent; ten different examples of each do well. `{name}` stands for any entity of that name. */
  examples: Readonly<Record<TName, readonly string[]>>
  /** Lists of what the entities may be. They are found wherever they are named, in any case of letters. */
  entities?: TLists
}

type Lists = Readonly<Record<string, readonly string[]>>

/**
 * Recognises what is like its examples, in any language: it compares words and parts of words. A text that has nothing in
 * common with them scores 0; one that is among them, near 1. It reads the first 2,000 characters of a message.
 *
 * It learns at once, and the same examples give the same scores. Some hundred examples take some ten milliseconds.
 *
 * @throws TypeError where an intent has no examples, or an example names an entity that is not there
 * @example
 * const understand = classifier({
 *   examples: {
 *     order: ['i want a {dish}', 'can i get a {dish} please', 'bring me something to eat'],
 *     hours: ['when are you open', 'are you open on sunday', 'when do you close'],
 *   },
 *   entities: { dish: ['pizza', 'salad'] },
 * })
 */
export function classifier<const TName extends string, const TLists extends Lists = Record<never, never>>({
  examples,
  entities,
}: ClassifierOptions<TName, TLists>): TypedRecogniser<
  TName extends string ? Intent<TName, { [TEntity in keyof TLists]: TLists[TEntity][number] }> : never
> {
  const reader = new Reader(entities ?? {})
  const names = Object.keys(examples)
  const classes = Object.entries<readonly string[]>(examples).map(([name, texts]) => {
    if (texts.length === 0) throw new TypeError(`classifier: examples.${name}: give one example at least`)
    return texts.map((text) => reader.readExample(text, `examples.${name}`))
  })
  if (names.length === 0) throw new TypeError('classifier: examples: give one intent at least')
  const network = new Network(classes)
  return {
    recognise: ({ text }) => {
      const { features, entities } = reader.read(text)
      const scores = network.scores(features)
      const intents = names.map((name, at) => ({ name, score: scores[at] ?? 0 })).filter(({ score }) => score > 0)
      if (intents.length + entities.length === 0) return undefined
      return { intents: intents.sort((one, other) => other.score - one.score), entities }
    },
  }
}

/** What is written after that changes nothing. */
const mostCharacters = 2_000

/** Makes features of texts: entities count by their names, whatever they are. */
class Reader {
  readonly #finder: EntityFinder
  readonly #names: ReadonlySet<string>

  constructor(lists: Lists) {
    this.#finder = new EntityFinder(lists)
    this.#names = new Set(Object.keys(lists))
  }

  read(written: string): { features: Features; entities: ReturnType<EntityFinder['find']> } {
    const text = respelled(written.slice(0, mostCharacters))
    const entities = this.#finder.find(text)
    const ends = [0, ...entities.map(({ end }) => end)]
    const texts = ends.map((end, at) => text.slice(end, entities[at]?.start))
    return {
      features: featuresOf(
        texts,
        entities.map(({ name }) => name),
      ),
      entities,
    }
  }

  /** @throws TypeError where it names what is no entity */
  readExample(example: string, path: string): Features {
    const holes = [...example.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name)
    const unknown = holes.find((name) => !this.#names.has(name))
    if (unknown !== undefined)
      throw new TypeError(`classifier: ${path}: "${example}" names {${unknown}}, which is not among the entities`)
    const { features } = this.read(example.replaceAll(/\{[^{}]*\}/g, ' '))
    return new Set([...features, ...featuresOf([], holes)])
  }
}
