/**
 * What the messages of each type say. Fields that are not named here are kept. A body says its version, `v`, where
 * that is not 1; the version goes up when readers of the old one would misunderstand.
 */
import * as z from 'zod/mini'

/** The newest version of bodies that is known here. */
export const bodyVersion = 1

const body = <const TShape extends z.core.$ZodLooseShape>(shape: TShape) =>
  z.looseObject({ v: z.optional(z.int().check(z.positive())), ...shape })

const some = z.string().check(z.minLength(1))

/** Refers to a message of the same conversation. */
const seq = z.int().check(z.positive())

/** A button: what it shows, and what the `action` says when it was pressed. */
const Button = z.looseObject({ id: some, label: some, value: z.optional(z.unknown()), url: z.optional(some) })

/** One thing that may be chosen. Without a `value`, choosing it says its label. */
const Choice = z.looseObject({ label: some, value: z.optional(z.string()) })

const Field = z.looseObject({
  name: some,
  label: some,
  kind: z.enum(['text', 'number', 'boolean', 'date', 'time', 'email', 'phone', 'choice']),
  required: z.optional(z.boolean()),
  choices: z.optional(z.array(Choice)),
})

/** Something written. */
export const TextBody = body({ text: z.string() })

/** Something shown: a title with a text, a picture and buttons. */
export const CardBody = body({
  title: some,
  text: z.optional(z.string()),
  image: z.optional(z.looseObject({ url: some, alt: z.optional(z.string()) })),
  buttons: z.optional(z.array(Button)),
})

/** A question with the answers that it offers. */
export const ChoicesBody = body({ text: z.string(), choices: z.array(Choice).check(z.minLength(1)) })

/** Several questions at once; the answers come back in an `action` whose `value` has them by name. */
export const FormBody = body({
  id: some,
  title: z.optional(z.string()),
  text: z.optional(z.string()),
  fields: z.array(Field).check(z.minLength(1)),
})

/** A picture, a sound, a film or a file, by its address. */
export const MediaBody = body({
  url: some,
  /** Such as `image/png`. */
  mediaType: some,
  name: z.optional(z.string()),
  sizeBytes: z.optional(z.int().check(z.nonnegative())),
  /** What it shows, for who can't see it. */
  alt: z.optional(z.string()),
})

/** A place. Degrees as WGS 84 has them. */
export const LocationBody = body({
  latitude: z.number().check(z.minimum(-90), z.maximum(90)),
  longitude: z.number().check(z.minimum(-180), z.maximum(180)),
  name: z.optional(z.string()),
  /** How far from there it may be. */
  accuracyMeters: z.optional(z.number().check(z.nonnegative())),
})

/** How somebody is reached: a name, addresses or numbers, and at least one of them. */
export const ContactBody = body({
  name: z.optional(some),
  emails: z.optional(z.array(some)),
  phones: z.optional(z.array(some)),
}).check(
  z.refine(({ name, emails = [], phones = [] }) => name !== undefined || emails.length + phones.length > 0, {
    error: 'A contact has a name, an email address or a phone number',
  }),
)

/** A button was pressed, or a form was sent: `id` is the button's or the form's, `seq` its message. */
export const ActionBody = body({
  id: some,
  /** What the button showed. */
  label: z.optional(z.string()),
  seq: z.optional(seq),
  value: z.optional(z.unknown()),
})

/** The message `seq` is to be read as this text instead. */
export const EditBody = body({ seq, text: z.string() })

/** The message `seq` is to be shown no more. */
export const DeleteBody = body({ seq })

/** The message `seq` got a reaction, such as an emoji, or lost it again. */
export const ReactionBody = body({ seq, reaction: some, removed: z.optional(z.boolean()) })

/** Something that programs tell each other; people are not shown it. */
export const EventBody = body({ name: some })

/** These clients came or went, or one closed the conversation. Said by the server for who did it. */
export const MemberBody = body({
  change: z.enum(['joined', 'left', 'closed']),
  clients: z.array(some).check(z.minLength(1)),
})

/** The conversation is handed to another client; with `back`, to the one who had it before. */
export const HandoffBody = body({ to: some, reason: z.optional(z.string()), back: z.optional(z.boolean()) })

/** The schema of every message type. */
export const bodies = {
  text: TextBody,
  card: CardBody,
  choices: ChoicesBody,
  form: FormBody,
  media: MediaBody,
  location: LocationBody,
  contact: ContactBody,
  action: ActionBody,
  edit: EditBody,
  delete: DeleteBody,
  reaction: ReactionBody,
  event: EventBody,
  member: MemberBody,
  handoff: HandoffBody,
} as const

/** A message type that has a schema. */
export type MessageType = keyof typeof bodies

/** What a message of the type says. */
export type Body<TType extends MessageType = MessageType> = z.infer<(typeof bodies)[TType]>

const asides: ReadonlySet<string> = new Set<MessageType>(['event', 'member', 'reaction', 'edit', 'delete', 'handoff'])

/**
 * Whether messages of this type are about other messages or about members, or for programs. Nobody waits for a word on
 * them: a bot need not answer them, and they do not count as unread.
 */
export const isAside = (type: string): boolean => asides.has(type)

/** Whether `type` has a schema. */
export const isMessageType = (type: string): type is MessageType => Object.hasOwn(bodies, type)
