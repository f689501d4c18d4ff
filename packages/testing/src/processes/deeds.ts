import type { Watch } from '@daakia/bot-sdk/internal'
import type { AnyStateMachine } from 'xstate'
import { authoredIn } from '../machine/machines.js'

/** What a watch is told of a bot that runs in another process. */
export type Deed = { [K in keyof Watch]: { kind: K; told: Parameters<Watch[K]> } }[keyof Watch]

/** A piece of logic by its place among those of its bot; `undefined` is the root. It goes where the logic stands. */
type Place = number | undefined

/** Of what no author has written, and what is not counted. */
const nowhere = -1

/** Tells of each deed, with places instead of logic. */
export const telling = (machine: AnyStateMachine, tell: (deed: Deed) => void): Watch => {
  const places = new Map<object | undefined, Place>(logicOf(machine).map((logic, place) => [logic, place]))
  const placed = (logic: object | undefined) =>
    (logic === undefined ? undefined : (places.get(logic) ?? nowhere)) as object | undefined
  return {
    began: (logic, ...told) => tell({ kind: 'began', told: [placed(logic), ...told] }),
    asked: (logic, answers) => tell({ kind: 'asked', told: [placed(logic), answers] }),
    answered: (question, answers) => tell({ kind: 'answered', told: [placed(question) as object, answers] }),
    stepped: (conversation, step) =>
      tell({ kind: 'stepped', told: [conversation, { ...step, logic: placed(step.logic) }] }),
    refused: (...told) => tell({ kind: 'refused', told }),
    committed: (...told) => tell({ kind: 'committed', told }),
    failed: (...told) => tell({ kind: 'failed', told }),
    parked: (...told) => tell({ kind: 'parked', told }),
  }
}

/** What hears of deeds in another process, and has a watch hear of them as if they were done in this one. */
export const hearing = (machine: AnyStateMachine, watch: Watch): ((deed: Deed) => void) => {
  const all = logicOf(machine)
  const unknown = {}
  const found = (place: object | undefined) =>
    place === undefined ? undefined : (all[place as unknown as number] ?? unknown)
  return (deed) => {
    switch (deed.kind) {
      case 'began': {
        const [logic, ...told] = deed.told
        return watch.began(found(logic), ...told)
      }
      case 'asked':
        return watch.asked(found(deed.told[0]), deed.told[1])
      case 'answered':
        return watch.answered(found(deed.told[0]) ?? unknown, deed.told[1])
      case 'stepped': {
        const [conversation, step] = deed.told
        return watch.stepped(conversation, { ...step, logic: found(step.logic) })
      }
      case 'refused':
        return watch.refused(...deed.told)
      case 'committed':
        return watch.committed(...deed.told)
      case 'failed':
        return watch.failed(...deed.told)
      case 'parked':
        return watch.parked(...deed.told)
    }
  }
}

/** In an order that is the same wherever the module of the bot is run. */
const logicOf = (machine: AnyStateMachine): readonly object[] => {
  const { machines, questions } = authoredIn(machine)
  return [...machines, ...questions].map(({ logic }) => logic)
}
