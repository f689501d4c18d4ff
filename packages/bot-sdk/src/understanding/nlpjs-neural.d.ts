/** The part of the package that is used; it has no types of its own. */
declare module '@nlpjs/neural' {
  export type Weights = Readonly<Record<string, number>>

  export interface Example {
    input: Weights
    output: Weights
  }

  export interface PreparedExample {
    input: { keys: readonly number[]; data: { readonly [key: number]: number } }
  }

  export interface Settings {
    /** Rounds at most. */
    iterations?: number
    /** Mean square error at which it stops. */
    errorThresh?: number
  }

  export class NeuralNetwork {
    readonly lookup: {
      readonly numInputs: number
      readonly inputLookup: { readonly dict: Readonly<Record<string, number>> }
    }
    constructor(settings?: Settings)
    prepareCorpus(corpus: readonly Example[]): PreparedExample[]
    train(corpus: readonly Example[]): unknown
    /** Always the same object. */
    run(input: Weights): Record<string, number>
  }
}
