import {
  type AnyEventObject,
  type AnyStateMachine,
  type EventFromLogic,
  type EventObject,
  emit,
  enqueueActions,
  type OutputFrom,
  setup,
} from 'xstate'
import type { HeardMessage, RunInput } from '../authoring/heard.js'
import type { Said } from '../saying/said.js'
import { say } from '../saying/say.js'
import type { Understood } from '../understanding/port.js'
import { comeBack } from './come-back.js'
import { markHost } from './host.js'

/**
 * One of several conversations that a bot leads.
 *
 * @example
 * const opening: Part = { machine: hours, on: ['hours', 'holidays'] }
 */
export interface Part<TMachine extends AnyStateMachine = AnyStateMachine> {
  /** A whole bot's machine: its input is the {@link RunInput} of the message that begins it. */
  machine: TMachine
  /** The events that begin it: intents of the recogniser, or what `recognise` makes of a message. */
  on: readonly string[]
}

/**
 * The conversations of a bot, by name.
 *
 * @example
 * const parts = { order: { machine, on: ['order'] }, hours: { machine: hours, on: ['hours'] } } satisfies Parts
 * conversations({ id: 'support', conversations: parts, otherwise: 'order' })
 */
export type Parts = Readonly<Record<string, Part>>

/**
 * Which conversations a bot leads, and which one it begins with.
 *
 * @example
 * conversations({
 *   id: 'support',
 *   conversations: { order: { machine, on: ['order'] }, hours: { machine: hours, on: ['hours'] } },
 *   otherwise: 'order',
 * })
 */
export interface ConversationsOptions<TParts extends Parts> {
  /** The id of the machine that holds them. */
  id: string
  conversations: TParts
  /** The one that a first message begins where no intent does. */
  otherwise: keyof TParts & string
}

/**
 * What all of it comes to: the output of the conversation that ended last.
 *
 * @example
 * const parts = { order: { machine, on: ['order'] }, hours: { machine: hours, on: ['hours'] } }
 * const summary = ({ conversation, output }: ConversationsOutput<typeof parts>) => `${conversation}: ${output}`
 */
export type ConversationsOutput<TParts extends Parts> = {
  [TName in keyof TParts]: { conversation: TName; output: OutputFrom<TParts[TName]['machine']> }
}[keyof TParts]

/**
 * The events of all its conversations, and those that begin one.
 *
 * @example
 * const parts = { order: { machine, on: ['order'] }, hours: { machine: hours, on: ['hours'] } } as const
 * const recognise = (text: string): ConversationsEvent<typeof parts> | undefined =>
 *   /\bopen\b/.test(text) ? { type: 'hours' } : undefined
 */
export type ConversationsEvent<TParts extends Parts> =
  | EventFromLogic<TParts[keyof TParts]['machine']>
  | { type: TParts[keyof TParts]['on'][number] }

interface Held {
  id: string
  name: string
}

interface Holding {
  conversation: string
  client: string
  /** Those that were begun and are not over, the open one last. */
  open: readonly Held[]
  begun: number
  last?: { conversation: string; output: unknown }
}

/**
 * One machine of several, each a conversation of its own. An event named in `on` begins one, also in the midst of
 * another: that one waits, with its timers running, and is come back to with its open question, however deep they nest.
 * What a conversation can take itself goes to it first. "cancel" in a conversation that was switched to leads back; in
 * the first one it ends all.
 *
 * @throws TypeError where two conversations begin with the same event
 * @example
 * const both = conversations({
 *   id: 'support',
 *   conversations: { order: { machine, on: ['order'] }, hours: { machine: hours, on: ['hours'] } },
 *   otherwise: 'order',
 * })
 * const understand = patterns({ intents: { order: ['order {dish}'], hours: ['when are you open'] } })
 * export const support = bot({ id: 'support-bot', version: 1, machine: both, understand })
 */
export function conversations<const TParts extends Parts>(
  options: ConversationsOptions<TParts>,
): ReturnType<typeof holder<ConversationsEvent<TParts>, ConversationsOutput<TParts>>> {
  const beginners = beginnersOf(options.conversations)
  const machine = holder<ConversationsEvent<TParts>, ConversationsOutput<TParts>>(options, beginners)
  markHost(machine, { beginners, firstEvent: (input) => firstEventOf(input, beginners) })
  return machine
}

/** Which conversation each event begins. */
function beginnersOf(parts: Parts): ReadonlyMap<string, string> {
  const beginners = new Map<string, string>()
  for (const [name, { on }] of Object.entries(parts)) {
    for (const type of on) {
      const other = beginners.get(type)
      if (other) throw new TypeError(`conversations: "${type}" can't begin both "${other}" and "${name}"`)
      beginners.set(type, name)
    }
  }
  return beginners
}

const firstEventOf = ({ understood }: RunInput, beginners: ReadonlyMap<string, string>): string | undefined =>
  understood?.intents.find(({ name }) => beginners.has(name))?.name

function holder<TEvent extends EventObject, TOutput>(
  { id, conversations, otherwise }: { id: string; conversations: Parts; otherwise: string },
  beginners: ReadonlyMap<string, string>,
) {
  const actors = Object.fromEntries(Object.entries(conversations).map(([name, { machine }]) => [name, machine]))
  const firstOf = (input: RunInput): string => beginners.get(firstEventOf(input, beginners) ?? '') ?? otherwise
  return setup({
    types: {} as { input: RunInput; context: Holding; events: TEvent; emitted: Said; output: TOutput },
    actors: actors as Record<string, AnyStateMachine>,
    guards: {
      beginsAnother: ({ context, event }) => !context.open.some(({ name }) => name === beginners.get(event.type)),
      hasSwitched: ({ context }) => context.open.length > 1,
      isOver: ({ context }) => context.open.length === 0,
    },
    actions: {
      begin: enqueueActions(({ context, event, enqueue }) => {
        const name = beginners.get(event.type) ?? otherwise
        const held = { id: `${context.begun + 1}.${name}`, name }
        enqueue.spawnChild(name, { id: held.id, input: inputFrom(context, event as BeginningEvent) } as never)
        enqueue.assign({ open: [...context.open, held], begun: context.begun + 1 })
      }),
      close: enqueueActions(({ context, event, enqueue }) => {
        const { actorId, output } = event as unknown as { actorId: string; output: unknown }
        enqueue.stopChild(actorId)
        const wasOpen = context.open.at(-1)?.id === actorId
        const ended = context.open.find((held) => held.id === actorId)
        enqueue.assign({
          open: context.open.filter((held) => held.id !== actorId),
          ...(ended && { last: { conversation: ended.name, output } }),
        })
        if (wasOpen && context.open.length > 1) enqueue(comeBackToQuestion as never)
      }),
      leave: enqueueActions(({ context, enqueue }) => {
        const left = context.open.at(-1)
        if (left) enqueue.stopChild(left.id)
        enqueue.assign({ open: context.open.slice(0, -1) })
      }),
    },
  }).createMachine({
    id,
    context: ({ input, spawn }) => {
      const name = firstOf(input)
      ;(spawn as unknown as (src: string, options: object) => void)(name, { id: `1.${name}`, input })
      const { conversation, client } = input
      return { conversation, client, open: [{ id: `1.${name}`, name }], begun: 1 }
    },
    initial: 'talking',
    output: ({ context }) => context.last as TOutput,
    on: {
      ...Object.fromEntries([...beginners.keys()].map((type) => [type, { guard: 'beginsAnother', actions: 'begin' }])),
      cancel: {
        guard: 'hasSwitched',
        actions: [say(({ language }) => language.phrases.cancelled), 'leave', comeBackToQuestion],
      },
      'xstate.done.actor.*': { actions: 'close' },
    } as never,
    states: {
      talking: { always: { guard: 'isOver', target: 'over' } },
      over: { type: 'final' },
    },
  })
}

const comeBackToQuestion = emit({ type: comeBack } as never)

/** An intent, or what `recognise` made of a message. */
type BeginningEvent = AnyEventObject & { message?: HeardMessage; understood?: Understood }

function inputFrom({ conversation, client }: Holding, event: BeginningEvent): Partial<RunInput> {
  const { message, understood } = event
  return { conversation, client, ...(message && { message }), ...(understood && { understood }) }
}
