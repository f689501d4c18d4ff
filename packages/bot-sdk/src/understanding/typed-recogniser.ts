import type { Intent } from './intent.js'
import type { Recogniser } from './port.js'

/**
 * A recogniser of which the compiler knows what it recognises.
 *
 * @example
 * const understand: TypedRecogniser<Intent<'greet'>> = {
 *   recognise: ({ text }) => (/^hello\b/i.test(text) ? { intents: [{ name: 'greet', score: 1 }], entities: [] } : undefined),
 * }
 * setup({ types: {} as { events: Heard<IntentsOf<typeof understand>> } })
 */
export interface TypedRecogniser<TIntent extends Intent = Intent> extends Recogniser {
  /** For the compiler alone; it is never there. */
  readonly '~intents'?: TIntent
}

/**
 * The intents of a recogniser, as events of a machine.
 *
 * @example
 * const understand = patterns({ intents: { hours: ['when are you open'] } })
 * setup({ types: {} as { events: Heard<IntentsOf<typeof understand>> } })
 */
export type IntentsOf<TRecogniser extends Recogniser> =
  TRecogniser extends TypedRecogniser<infer TIntent> ? TIntent : Intent
