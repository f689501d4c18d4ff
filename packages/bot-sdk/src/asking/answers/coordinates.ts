import type { Found } from './port.js'
import { beginning } from './words.js'

export interface Coordinates {
  /** Degrees, positive to the north. */
  latitude: number
  /** Degrees, positive to the east. */
  longitude: number
}

const degrees = String.raw`[-+−]?\d{1,3}(?:\.\d{1,15})?`

/** Each has the latitude, then the longitude. */
const patterns: readonly RegExp[] = [
  // RFC 5870; what follows is the altitude, and parameters.
  new RegExp(String.raw`\bgeo:(${degrees}),(${degrees})[^\s]{0,200}`, 'gi'),
  // Links to maps: …/@52.52,13.40,15z …?q=52.52,13.40 …?ll=… …#map=15/52.52/13.40 …?mlat=52.52&mlon=13.40
  new RegExp(
    String.raw`\bhttps?://[^\s]{1,300}?(?:/@|/|[?&#](?:q|query|ll|center|daddr|sll)=(?:loc:)?|[?&]mlat=|#map=\d{1,2}/)(${degrees})(?:,|%2C|/|&mlon=)(${degrees})(?![\d.])[^\s]{0,300}`,
    'gi',
  ),
  // 52.52, 13.40, with degrees and letters or without
  new RegExp(
    String.raw`(?<![\w.,/=])(${degrees})°?\s?([NS])?\s?[,;]\s?(${degrees})°?\s?([EWO])?(?![\w/]|[.,]\d)`,
    'giu',
  ),
  // 52,52; 13,40
  /(?<![\w.,])([-+−]?\d{1,3},\d{1,15})°?\s?([NS])?\s?;\s?([-+−]?\d{1,3},\d{1,15})°?\s?([EWO])?(?![\w]|[.,]\d)/giu,
]

/** The places that the beginning of a text names by their coordinates. */
export function coordinatesIn(text: string): readonly Found<Coordinates>[] {
  const read = beginning(text)
  for (const pattern of patterns) {
    const found = [...read.matchAll(pattern)].flatMap(coordinatesOf)
    if (found.length > 0) return found
  }
  return []
}

function coordinatesOf(match: RegExpExecArray): readonly Found<Coordinates>[] {
  const [all, first = '', ...rest] = match
  const [northOrSouth, second, eastOrWest] = rest.length > 1 ? rest : [undefined, rest[0], undefined]
  const value = { latitude: signed(first, northOrSouth), longitude: signed(second ?? '', eastOrWest) }
  if (Math.abs(value.latitude) > 90 || Math.abs(value.longitude) > 180) return []
  // Two whole numbers may be anything.
  if (all === match.input.slice(match.index, match.index + all.length) && !/[.:°]|,\d+\s?;|[NSEWO]/i.test(all))
    return []
  return [{ value, start: match.index, end: match.index + all.length }]
}

const signed = (written: string, letter: string | undefined): number => {
  const value = Number(written.replace('−', '-').replace(',', '.'))
  return /[SW]/i.test(letter ?? '') ? -value : value
}
