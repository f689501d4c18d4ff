import { type Duration, toMs } from '../time/duration.js'

/** `15m`, or `1d 2h`, in milliseconds. @throws RangeError where it is no duration */
export const msOf = (words: string): number =>
  words.split(/\s+/).reduce((sumMs, each) => sumMs + toMs(each as Duration), 0)

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/

/** A time in milliseconds since the Unix epoch. @throws RangeError where it is none */
export const momentOf = (words: string): number => {
  const at = moment.test(words) ? Date.parse(words) : Number.NaN
  if (!Number.isNaN(at)) return at
  throw new RangeError(`"${words}" is no time: write it as 2026-12-24T18:00:00Z, or with +01:00 in place of Z`)
}
