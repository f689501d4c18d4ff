import type { Message } from '@daakia/client-sdk'
import { type FormValues, faultsOf, formOf } from '../../scene/acts/filling.js'
import { pressableCalled, pressablesOf } from '../../scene/acts/pressing.js'
import type { Place, Step } from '../line.js'
import { saysOrSends } from '../saying.js'
import { bodyOf, describedPayload } from '../sent.js'

/** What people did, as they do it in a chat file. */
export class Deeds {
  readonly #place: Place
  readonly #all: Message[] = []
  /** How many had been said when each person spoke last: what came later can be pressed, and filled in. */
  readonly #spokeAt = new Map<string, number>()

  /** @param place where they speak */
  constructor(place: Place) {
    this.#place = place
  }

  /** Takes what a bot has said; answers what is to be told of it. */
  seenBy(message: Message): Step[] {
    this.#all.push(message)
    return message.type === 'member' ? [gone(message)] : []
  }

  doneBy(message: Message): Step[] {
    if (message.type === 'member') return [gone(message)]
    const steps = [...remarksOn(message), this.#deed(message)]
    this.#all.push(message)
    this.#spokeAt.set(message.from, this.#all.length)
    return steps
  }

  #shownTo(person: string): Message[] {
    return this.#all.slice(this.#spokeAt.get(person) ?? 0)
  }

  #deed(message: Message): Step {
    return this.#pressed(message) ?? this.#filled(message) ?? this.#said(message)
  }

  /** What was offered last, where just this is said by pressing it. */
  #pressed(message: Message): Step | undefined {
    const offer = this.#shownTo(message.from).findLast((each) => pressablesOf(each).length > 0)
    if (!offer) return undefined
    const pressables = pressablesOf(offer)
    const pressed = pressables.find(({ saying }) => saying !== undefined && says(message, saying))
    if (!pressed || pressableCalled(pressables, pressed.label) !== pressed) return undefined
    return { kind: 'presses', who: message.from, choice: pressed.label }
  }

  #filled({ from, content }: Message): Step | undefined {
    if (!content.ok || content.type !== 'action') return undefined
    const shown = this.#shownTo(from).findLast((each) => formOf(each) !== undefined)
    const form = shown && formOf(shown)
    const { id, seq, value } = content.body
    if (!form || form.id !== id || (seq ?? shown.seq) !== shown.seq || !isObject(value)) return undefined
    return faultsOf(form, value).length > 0 ? undefined : { kind: 'fills', who: from, values: value }
  }

  #said(message: Message): Step {
    const { from, text, type } = message
    if (text !== undefined) return saysOrSends(from, text, this.#place)
    const body = bodyOf(message)
    if (body !== undefined) return { kind: 'sends', who: from, ...this.#place, type, body }
    return remark(`Not to be said here: ${from} sends ${describedPayload(message)}.`)
  }
}

/** Whether pressing it says the very same. The message that offered it is another one in a test. */
const says = ({ text, content }: Message, saying: unknown): boolean => {
  if (typeof saying === 'string') return text === saying
  if (!content.ok || content.type !== 'action') return false
  const { body } = saying as { body: { id: string; seq?: number; value?: unknown } }
  const { id, seq, value } = content.body
  return id === body.id && (seq ?? body.seq) === body.seq && JSON.stringify(value) === JSON.stringify(body.value)
}

const isObject = (value: unknown): value is FormValues =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What comes with a message, and a person of a test does not send with it. */
const remarksOn = ({ from, properties, to, fromRole }: Message): Step[] => {
  const extra = [
    ...(to === undefined ? [] : [`to ${to}`]),
    ...(fromRole === undefined ? [] : [`as ${fromRole}`]),
    ...properties.map(([name, value]) => `with ${name}=${value}`),
  ]
  return extra.length === 0 ? [] : [remark(`Not to be said here: ${from} says this ${extra.join(', ')}.`)]
}

const gone = ({ plain, content }: Message): Step =>
  remark(`Not to be done here: ${plain ?? (content.ok ? JSON.stringify(content.body) : 'members changed')}.`)

const remark = (text: string): Step => ({ kind: 'remark', text: `# ${text.replaceAll(/\s+/g, ' ')}` })
