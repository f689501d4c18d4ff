import { type Example, NeuralNetwork, type PreparedExample, type Weights } from '@nlpjs/neural'

/** Features of a text, all of the same weight. */
export type Features = ReadonlySet<string>

/**
 * Learns which features go with which class: one perceptron for each class, which begin with zeros and are taught in the
 * order of the examples, so that the same examples give the same network.
 */
export class Network {
  readonly #network = new FastNetwork({ iterations: 40, errorThresh: 0.005 })

  /** Trains it: `classes` has the examples of each. */
  constructor(classes: readonly (readonly Features[])[]) {
    const examples = classes.flatMap((features, at) =>
      features.map((each) => ({ input: weightsOf(each), output: { [at]: 1 } })),
    )
    // Nothing is like nothing: without this, what all examples have in common would be given to texts without it.
    this.#network.train([...examples, { input: {}, output: {} }])
  }

  /** Each class's score from 0 to 1; all 0 where no feature is known. */
  scores(features: Features): readonly number[] {
    const { dict } = this.#network.lookup.inputLookup
    const isKnown = [...features].some((feature) => dict[feature] !== undefined)
    return Object.values(this.#network.run(weightsOf(features))).map((score) => (isKnown ? Math.min(1, score) : 0))
  }
}

/** A vector of length 1, so that what is unknown in a text takes its share. */
function weightsOf(features: Features): Weights {
  const weight = 1 / Math.sqrt(features.size || 1)
  return Object.fromEntries([...features].map((feature) => [feature, weight]))
}

/**
 * Looks the weights of an example up in an array, where the library makes a sparse object of them. All features of an
 * example have the same weight, so that examples with as many features share it: training takes a fifth of the time.
 */
class FastNetwork extends NeuralNetwork {
  override prepareCorpus(corpus: readonly Example[]): PreparedExample[] {
    const arrays = new Map<number, Float64Array>()
    return super.prepareCorpus(corpus).map((example) => {
      const { keys } = example.input
      const data = arrays.get(keys.length) ?? new Float64Array(this.lookup.numInputs).fill(1 / Math.sqrt(keys.length))
      arrays.set(keys.length, data)
      return { ...example, input: { keys, data } }
    })
  }
}
