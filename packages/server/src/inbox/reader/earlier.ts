import type { EarlierPlaces } from '../../broker/exchange/port.js'

/** Whether the place is still to be sent, or once more. */
export const isDue = ({ last, unacknowledged }: EarlierPlaces, place: number): boolean =>
  place > last || unacknowledged.has(place)

/** Whether it may have been sent before, which DUP tells [MQTT-3.3.1-1]. */
export const isSentAgain = ({ unacknowledged, doubtful }: EarlierPlaces, place: number): boolean =>
  unacknowledged.has(place) || place <= doubtful
