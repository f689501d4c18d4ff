import type { MachineContext } from 'xstate'
import * as z from 'zod/mini'
import { bareText } from '../asides/bare-text.js'
import type { Around } from '../authoring/around.js'
import type { CorrectHeard, HeardMessage } from '../authoring/heard.js'
import { answerOf } from './answers/answer-of.js'
import { misfit } from './misfit.js'
import { single } from './single.js'
import { answersIn, type Filled, isSame, mentionsOf, optionOfAnother, type Slot } from './slots.js'
import type { Whole } from './whole.js'
import { writtenAs } from './written-as.js'

/** How far an object is filled in. */
export interface Form extends MachineContext {
  values: Filled
  /** Fields that people did not want to fill in. */
  skipped: readonly string[]
  /** The field that is asked for. */
  open?: string
  /** The field that was filled in last. */
  last?: string
  /** How many answers to the open question did not fit. */
  wrong: number
  /** How often all that was told did not fit together. */
  mismatched: number
  /** What is wrong with the last answer, or with all of it. */
  problem: string | null
  /** The field that is to be asked for next. */
  wanted?: string
  /** Whether all is right; null where the answer says what to change. */
  sure?: boolean | null
}

/** What becomes of a form by what people say. */
type Change = Partial<Form>

export interface FormStart {
  given?: Filled
  message?: HeardMessage
}

const YesOrNo = answerOf(z.boolean())

/** How the fields of an object get filled in. */
export class FormFiller {
  readonly #slots: readonly Slot[]
  readonly #whole: Whole

  constructor(slots: readonly Slot[], whole: Whole) {
    this.#slots = slots
    this.#whole = whole
  }

  begin({ given = {}, message }: FormStart, around: Around): Form {
    const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const told = message ? this.#told(known, message.text, around) : {}
    const last = Object.keys(told).at(-1)
    const values = { ...told, ...known }
    return { values, skipped: [], wrong: 0, mismatched: 0, problem: null, ...(last !== undefined && { last }) }
  }

  slot(name: string | undefined): Slot | undefined {
    return this.#slots.find((slot) => slot.name === name)
  }

  /** In the order of the schema, however it was told. */
  output({ values }: Form): Filled {
    const told = this.#slots.filter(({ name }) => name in values)
    return Object.fromEntries(told.map(({ name }) => [name, values[name]]))
  }

  /** The first that has to be asked for. */
  missing({ values, skipped, wanted }: Form): Slot | undefined {
    const isMissing = ({ name, ask }: Slot) => ask !== undefined && !(name in values) && !skipped.includes(name)
    return this.#slots.find((slot) => slot.name === wanted && isMissing(slot)) ?? this.#slots.find(isMissing)
  }

  /** Whether all that was told fits together. */
  matches(form: Form): boolean {
    return this.#whole(this.output(form)) === undefined
  }

  /** What does not fit together is said, and the fields that it names are asked for anew. */
  mismatched(form: Form): Change {
    const { problem = '', fields = [] } = this.#whole(this.output(form)) ?? {}
    const values = Object.entries(form.values).filter(([name]) => !fields.includes(name))
    const [wanted] = fields
    return {
      values: Object.fromEntries(values),
      mismatched: form.mismatched + 1,
      problem,
      ...(wanted !== undefined && { wanted }),
    }
  }

  heard(form: Form, heard: HeardMessage, around: Around): Change {
    const open = this.slot(form.open)
    if (!open) return {}
    const meant = optionOfAnother(open, this.#slots, heard, around)
    const isNews = ([name, value]: [string, unknown]) => name !== meant?.slot.name || !isSame(form.values[name], value)
    const isKnown = ([name]: [string, unknown]) => name !== open.name && name !== meant?.slot.name
    const known = Object.fromEntries(Object.entries(form.values).filter(isKnown))
    const answers = answersIn(open, this.#without({ ...known, [open.name]: true }), heard, around)
    const told = { ...single(this.#slots, { ...known, ...answers }, heard.text, around), ...answers }
    const found = Object.fromEntries(Object.entries(told).filter(isNews))
    if (Object.keys(found).length > 0) return this.#filled(form, found, open.name)
    return { wrong: form.wrong + 1, problem: misfit(open.answer, heard, around) }
  }

  /** What a text says that is not known, though nobody asked. */
  #told(known: Filled, text: string, around: Around): Filled {
    const told = mentionsOf(this.#without(known), text, around)
    return { ...told, ...single(this.#slots, { ...known, ...told }, text, around) }
  }

  #filled({ values }: Form, found: Filled, preferred?: string): Change {
    const names = Object.keys(found)
    const last = preferred !== undefined && preferred in found ? preferred : names.at(-1)
    return {
      values: { ...values, ...found },
      wrong: 0,
      problem: null,
      ...(last !== undefined && { last }),
    }
  }

  /** Whether it has answers to some of the fields, by their names. */
  isForm(value: unknown): value is Filled {
    return typeof value === 'object' && value !== null && this.#slots.some(({ name }) => Object.hasOwn(value, name))
  }

  /** What a form was filled in with; the first field that does not fit is asked for again. */
  sent(form: Form, value: unknown, around: Around): Change {
    const answers = this.isForm(value) ? value : {}
    const readings = this.#slots.flatMap((slot) => {
      const answer = Object.hasOwn(answers, slot.name) ? answers[slot.name] : undefined
      if (answer === undefined || answer === null || answer === '') return []
      const heard = writtenAs(String(answer))
      return [{ slot, heard, reading: slot.answer.read(heard, around) }]
    })
    const fitting = readings.flatMap(({ slot, reading }) => (reading.ok ? [[slot.name, reading.value]] : []))
    const change = this.#filled(form, Object.fromEntries(fitting))
    const misfitting = readings.find(({ reading }) => !reading.ok)
    if (!misfitting) return change
    const { name, answer } = misfitting.slot
    const { [name]: _, ...values } = change.values ?? {}
    return { ...change, values, problem: misfit(answer, misfitting.heard, around), wanted: name }
  }

  skip({ skipped, open }: Form): Change {
    return open === undefined ? {} : { skipped: [...skipped, open], wrong: 0, problem: null }
  }

  /** The right answer to what was asked before, or the question anew. */
  corrected(form: Form, event: CorrectHeard, around: Around): Change {
    const { answer } = event
    const slot = this.#meant(event, around)
    if (!slot) return {}
    const { name } = slot
    const heard = answer === undefined ? undefined : writtenAs(answer)
    const reading = heard && slot.answer.read(heard, around)
    if (reading?.ok) return this.#filled(form, { [name]: reading.value })
    const { [name]: _, ...values } = form.values
    const skipped = form.skipped.filter((each) => each !== name)
    return { values, skipped, wrong: 0, problem: heard ? misfit(slot.answer, heard, around) : null, wanted: name }
  }

  /**
   * What was answered last, where no other field is named; but "no, make that three" means the number, though the
   * address, which may be any text, was told after it.
   */
  #meant({ slot: name, answer, presumed }: CorrectHeard, around: Around): Slot | undefined {
    const last = this.slot(name)
    if (!presumed || answer === undefined || !last || last.answer.find(answer, around).length > 0) return last
    const [other, ...others] = Object.keys(mentionsOf(this.#slots, answer, around))
    return others.length === 0 ? (this.slot(other) ?? last) : last
  }

  /** A yes, a no, or what to change. */
  confirmed(form: Form, heard: HeardMessage, around: Around): Change {
    const reading = YesOrNo.read(heard, around)
    return reading.ok ? { sure: reading.value } : { ...this.changed(form, heard, around), sure: null }
  }

  /** Of what is all there already: a field by its name is asked for anew, values that are mentioned replace the old ones. */
  changed(form: Form, heard: HeardMessage, around: Around): Change {
    const words = ` ${bareText(heard.text.slice(0, longestName))} `
    const [slot, ...others] = this.#slots.filter(({ labels }) => labels.some((label) => words.includes(` ${label} `)))
    if (slot && others.length === 0) return this.corrected(form, { type: 'correct', slot: slot.name }, around)
    return this.#filled(form, mentionsOf(this.#slots, heard.text, around))
  }

  #without(values: Filled): readonly Slot[] {
    return this.#slots.filter(({ name }) => !(name in values))
  }
}

/** What is longer names more than a field. */
const longestName = 40
