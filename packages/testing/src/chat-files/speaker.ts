import type { Person, Place } from './line.js'

/** A name, as it stands before `>` and `<`: `@` begins a command, and may be within a name. */
const name = '[^\\s#@<>][^\\s#<>]*'

/** Who does something, on which device, and where: `ana`, `ana on phone`, `ana to support-bot`, `ana on phone in team`. */
export const speaker = `(?<who>${name})(?: on (?<device>${name}))?(?: to (?<to>${name})| in (?<room>${name}))?`

/** Who says something to whom: `order-bot`, `order-bot to ben`, `order-bot to ben on phone`. */
export const sayer = `(?<from>${name})(?: to (?<to>${name})(?: on (?<device>${name}))?)?`

/** Who says or is said to, up to where the text begins. */
export const opening = new RegExp(`^${name}(?: (?:to|in|on) ${name}){0,2}[<>] ?`)

/** What `speaker` has found. */
export const placeIn = ({ to, room }: Partial<Record<string, string>>): Place => ({
  ...(to !== undefined && { to }),
  ...(room !== undefined && { room }),
})

/** Who does something on which device, as `speaker` has found it. */
export const personIn = ({ who = '', device }: Partial<Record<string, string>>): Person => ({
  who,
  ...(device !== undefined && { device }),
})

export const speakerAsWritten = ({ who, device, to, room }: Person & Place): string => {
  const person = onDevice(who, device)
  if (room !== undefined) return `${person} in ${room}`
  return to === undefined ? person : `${person} to ${to}`
}

export const onDevice = (who: string, device: string | undefined): string =>
  device === undefined ? who : `${who} on ${device}`
