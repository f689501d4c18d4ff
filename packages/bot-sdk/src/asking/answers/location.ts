import * as z from 'zod'
import { bodyOfType } from './body.js'
import { coordinatesIn } from './coordinates.js'
import { withReader } from './own-readers.js'
import type { Reader } from './port.js'

/**
 * A schema for a place: `{ latitude, longitude, name? }`, in degrees. It is read from a `location` message, from
 * coordinates such as "52.52, 13.40", from a `geo:` URI (RFC 5870) and from links to maps.
 *
 * @example
 * actors: { where: ask({ say: 'Where are you?', schema: location() }) }
 */
export const location = () =>
  withReader(
    z.object({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      name: z.string().optional(),
    }),
    reader,
  )

const reader: Reader = {
  read: (heard) => {
    const shared = bodyOfType(heard, 'location')
    return shared ? [shared] : coordinatesIn(heard.text).map(({ value }) => value)
  },
  find: (text) => coordinatesIn(text).map(({ value, start, end }) => ({ value: [value], start, end })),
  expected: (around) => around.language.expected.location,
}
