import type { Body } from '@daakia/protocol'
import type { Step } from '../chat-files/line.js'
import { saysOrSends } from '../chat-files/saying.js'
import type { FormValues } from '../scene/acts/filling.js'
import type { SceneChat } from '../scene/scene-chat.js'
import { formatMs } from '../time/duration.js'
import type { Deed } from './deeds.js'

const names = ['ana', 'ben', 'cem', 'dora', 'emil', 'fay', 'gil', 'hana'] as const

export const mostPeople = names.length

/** What is to be done now; `undefined` where it can't be: nothing is offered, or nothing is due. */
export const stepOf = (deed: Deed, chat: SceneChat): Step | undefined => {
  switch (deed.kind) {
    case 'says':
      return saysOrSends(nameOf(deed), deed.text)
    case 'answers':
      return answer(deed, chat)
    case 'waits': {
      const dueMs = chat.scene.nextDueInMs
      if (deed.duration !== undefined) return { kind: 'advances', duration: deed.duration }
      return dueMs === undefined ? undefined : { kind: 'advances', duration: formatMs(dueMs) }
    }
    case 'restarts':
      return { kind: 'restarts' }
  }
}

const answer = (deed: Answers, chat: SceneChat): Step => {
  const who = nameOf(deed)
  const { offers, form, isFormNewer } = chat.user(who).hands
  if (form && isFormNewer) return { kind: 'fills', who, values: valuesFor(form, deed) }
  const offered = picked(offers, deed.picks[0] ?? 0)
  return offered ? { kind: 'presses', who, choice: offered.label } : saysOrSends(who, deed.text)
}

const nameOf = ({ who }: { who: number }): string => names[who] ?? names[0]

const picked = <T>(all: readonly T[], pick: number): T | undefined => all[pick % Math.max(all.length, 1)]

type Answers = Extract<Deed, { kind: 'answers' }>

type Field = Body<'form'>['fields'][number]

/** What the author would fill in, and whatever fits the other fields. What is not required may be left out. */
const valuesFor = ({ fields }: Body<'form'>, { picks, values }: Answers): FormValues =>
  Object.fromEntries(
    fields.flatMap((field, at): [string, unknown][] => {
      if (Object.hasOwn(values, field.name)) return [[field.name, values[field.name]]]
      const pick = picks[at % picks.length] ?? 0
      if (!field.required && pick % 4 === 3) return []
      return [[field.name, valueFor(field, pick)]]
    }),
  )

const texts = ['one', 'a text of several words', '0', 'Ünï, "quoted"'] as const

const valueFor = ({ kind, choices = [] }: Field, pick: number): unknown => {
  switch (kind) {
    case 'number':
      return pick
    case 'boolean':
      return pick % 2 === 0
    case 'choice': {
      const choice = picked(choices, pick)
      return choice?.value ?? choice?.label
    }
    case 'date':
      return `2026-01-${String(pick + 1).padStart(2, '0')}`
    default:
      return picked(texts, pick)
  }
}
