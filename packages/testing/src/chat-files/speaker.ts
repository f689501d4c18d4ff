import type { Place } from './line.js'

/** A name, as it stands before `>` and `<`: `@` begins a command, and may be within a name. */
const name = '[^\\s#@<>][^\\s#<>]*'

/** Who does something, and where: `ana`, `ana to support-bot`, `ana in team`. */
export const speaker = `(?<who>${name})(?: to (?<to>${name})| in (?<room>${name}))?`

/** Who says something to whom: `order-bot`, `order-bot to ben`. */
export const sayer = `(?<from>${name})(?: to (?<to>${name}))?`

/** Who says or is said to, up to where the text begins. */
export const opening = new RegExp(`^${name}(?: (?:to|in) ${name})?[<>] ?`)

/** What `speaker` has found. */
export const placeIn = ({ to, room }: Partial<Record<string, string>>): Place => ({
  ...(to !== undefined && { to }),
  ...(room !== undefined && { room }),
})

export const speakerAsWritten = ({ who, to, room }: Place & { who: string }): string => {
  if (room !== undefined) return `${who} in ${room}`
  return to === undefined ? who : `${who} to ${to}`
}
