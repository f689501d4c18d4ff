import type { Bot } from '@daakia/bot-sdk'
import { actorsOf, knows, namelessPromisesOf } from '@daakia/bot-sdk/internal'
import type { AnyStateMachine } from 'xstate'
import { workName } from '../machine/actor-name.js'
import { authoredIn } from '../machine/machines.js'
import { outcomesByActor } from './model/given-outcomes.js'
import { worksOutside } from './model/rehearsed-bot.js'
import type { AnyOptions, Goal } from './options.js'
import { allPlacesOf, isIn } from './search/places.js'

/** What keeps conversations with a bot from being played, each with what to do about it. */
export const faultsOf = ({ machine, checkpointAfterMs }: Bot, options: AnyOptions): readonly string[] => [
  ...unknownGoal(options),
  ...eventsWithoutDriver(machine, options),
  ...workWithoutOutcome(machine, options),
  ...workWithoutCheckpoint(checkpointAfterMs, options),
  ...expectationsOfNothing(machine, options),
]

const goals: readonly Goal[] = ['states', 'transitions', 'guards', 'pairs']

const unknownGoal = ({ goal }: AnyOptions): string[] =>
  goals.includes(goal) ? [] : [`The goal "${goal}" is none of ${goals.join(', ')}.`]

function eventsWithoutDriver(machine: AnyStateMachine, { events, drive = {} }: AnyOptions): string[] {
  return Object.entries(events as Record<string, readonly unknown[] | undefined>).flatMap(([type, values = []]) => {
    if (!isHeard(machine, type))
      return [`No state takes the event "${type}" of events: is it written so in the machine?`]
    const driven = drive as Record<string, unknown>
    if (driven[type] || values.every((value) => typeof value === 'string')) return []
    return [
      `Nobody says what a person does that leads to "${type}": add drive.${type}, as not all its values are texts.`,
    ]
  })
}

/** What begins a conversation need not be an event of any state. */
const isHeard = (machine: AnyStateMachine, type: string): boolean =>
  type === 'message' ||
  knows(machine, type) ||
  authoredIn(machine).machines.some(({ beginners }) => beginners?.has(type))

function workWithoutOutcome(machine: AnyStateMachine, options: AnyOptions): string[] {
  const actors = actorsOf(machine)
  const outcomes = outcomesByActor(options.outcomes ?? {})
  const unknown = [...outcomes.keys()].filter((name) => !actors.some((actor) => actor.name === name))
  const open = actors.filter((actor) => worksOutside(actor) && (outcomes.get(actor.name)?.length ?? 0) === 0)
  return [
    ...open.map(({ name }) => `Nobody says how the work of "${name}" may end: add outcomes.${name}.`),
    ...unknown.map((name) => `There is no actor "${name}", of which outcomes are given.`),
    ...namelessPromisesOf(machine).map(
      (id) =>
        `A promise has no name by which it could be told how it ends, ${workName(id)}: register it under actors of setup.`,
    ),
  ]
}

/** What happens while it is at work would be known only when it is over. */
function workWithoutCheckpoint(checkpointAfterMs: number, options: AnyOptions): string[] {
  if (Number.isFinite(checkpointAfterMs)) return []
  const endless = [...outcomesByActor(options.outcomes ?? {}).values()]
    .flat()
    .filter(({ kind }) => kind === 'never answers')
  return endless.map(
    ({ actor }) =>
      `A bot whose checkpointAfterMs is Infinity stores nothing while "${actor}" does not answer: leave out outcomes.${actor}.neverAnswers.`,
  )
}

function expectationsOfNothing(machine: AnyStateMachine, { expect }: AnyOptions): string[] {
  const places = allPlacesOf(machine)
  return Object.keys(expect)
    .filter((state) => !places.some((place) => isIn(place, state)))
    .map((state) => `There is no state "${state}", of which something is expected. There are: ${places.join(', ')}.`)
}
