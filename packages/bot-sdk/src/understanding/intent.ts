import type { HeardMessage } from '../authoring/heard.js'
import type { Json } from '../engine/json.js'
import type { Understood } from './port.js'

/**
 * An intent as the machine hears it. Entities may be missing: whoever wrote has perhaps not named them.
 *
 * @example
 * setup({ types: {} as { events: Heard<Intent<'order', { count: number; dish: string }> | Intent<'hours'>> } })
 */
export interface Intent<TName extends string = string, TEntities extends object = Readonly<Record<never, Json>>> {
  type: TName
  /** Values by name; of several of the same name, the first that was found. */
  entities: { readonly [TEntity in keyof TEntities]?: TEntities[TEntity] }
  /** 0 to 1: how sure the recogniser is. */
  score: number
  /** What was written. */
  text: string
  message: HeardMessage
  /** All that was made of the message. */
  understood: Understood
}

/** The events for what was understood, the best first. */
export function intentEvents(understood: Understood, message: HeardMessage): readonly Intent[] {
  const { intents, entities } = understood
  const values = Object.fromEntries(entities.map(({ name, value }) => [name, value] as const).reverse())
  const event = { entities: values, text: message.text, message, understood }
  return intents.map(({ name, score }) => ({ type: name, score, ...event }))
}
