import type { DrawnMachine } from '../collected.js'
import type { Counted } from '../figures.js'
import type { Place } from '../source/places.js'

/** A target with what is told of it. */
export interface Reported extends Counted {
  /** Where it stands, from the folder of the configuration; absent where that is not known. */
  place?: Place
}

/** A bot with all that is told of it. */
export interface BotReport {
  bot: string
  machines: readonly DrawnMachine[]
  reported: readonly Reported[]
}

/** `src/order.ts:63`; empty where it is not known. */
export const placeText = (place: Place | undefined): string => (place ? `${place.file}:${place.line}` : '')
