/** How messages read where only text can be shown: an old MQTT client, a terminal, a test. */
import type { Body, MessageType } from './bodies.js'

type Write<TType extends MessageType> = (body: Body<TType>) => string

const writers: { [TType in Exclude<MessageType, 'event'>]: Write<TType> } = {
  text: ({ text }) => text,
  card: ({ title, text, image, buttons }) => lines(title, text, image?.alt, ...numbered(buttons)),
  choices: ({ text, choices }) => lines(text, ...numbered(choices)),
  form: ({ title, text, fields }) => lines(title, text, ...fields.map(fieldText)),
  media: ({ url, name, alt }) => words(alt || name, url),
  location: (place) => words(place.name, geoUri(place)),
  contact: ({ name, emails = [], phones = [] }) => listed([name, ...emails, ...phones]),
  action: ({ id, label }) => label || id,
  edit: ({ text }) => `* ${text}`,
  delete: ({ seq }) => `[took back #${seq}]`,
  reaction: ({ seq, reaction, removed }) => `[${removed ? 'took back ' : ''}${reaction} for #${seq}]`,
  member: ({ clients, change }) => `[${listed(clients)} ${change}]`,
  handoff: ({ to, reason, back }) => `[handed ${back ? 'back' : 'over'} to ${to}${reason ? `: ${reason}` : ''}]`,
}

/**
 * A message of a known type as text: what may be chosen is a list with numbers, and an answer is one of them. `undefined`
 * for an `event`, which people are not shown.
 *
 * ```ts
 * plainTextOf('choices', { text: 'Which size?', choices: [{ label: 'small' }, { label: 'large' }] })
 * // Which size?
 * // 1. small
 * // 2. large
 * ```
 */
export const plainTextOf = <TType extends MessageType>(type: TType, body: Body<TType>): string | undefined =>
  type === 'event' ? undefined : (writers[type as keyof typeof writers] as Write<TType>)(body)

const joined =
  (separator: string) =>
  (parts: readonly (string | undefined)[]): string =>
    parts.filter(Boolean).join(separator)

const listed = joined(', ')
const lines = (...parts: (string | undefined)[]): string => joined('\n')(parts)
const words = (...parts: (string | undefined)[]): string => joined(' ')(parts)

/** Buttons, or what may be chosen. A button that leads somewhere says where. */
const numbered = (options: readonly { label: string; url?: string | undefined }[] = []): string[] =>
  options.map(({ label, url }, index) => words(`${index + 1}. ${label}`, url))

const fieldText = ({ label, choices = [] }: Body<'form'>['fields'][number]): string =>
  choices.length > 0 ? `${label}: ${listed(choices.map((choice) => choice.label))}` : label

/** As RFC 5870 writes a place. */
const geoUri = ({ latitude, longitude, accuracyMeters }: Body<'location'>): string => {
  const accuracy = accuracyMeters === undefined ? '' : `;u=${decimal(accuracyMeters)}`
  return `geo:${decimal(latitude)},${decimal(longitude)}${accuracy}`
}

/** Seven places are a centimetre. RFC 5870 knows neither exponents nor -0. */
const decimal = (value: number): string => {
  const rounded = Math.round(value * 1e7) / 1e7 + 0
  return rounded.toFixed(7).replace(/\.?0+$/, '')
}
