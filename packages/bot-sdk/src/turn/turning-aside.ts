import type { AnyEventObject } from 'xstate'
import { asideIn } from '../asides/asides.js'
import { correctableIn } from '../asides/correctable.js'
import { type AsideHeard, asideNames } from '../asides/port.js'
import type { Bot } from '../authoring/bot.js'
import type { HeardMessage } from '../authoring/heard.js'
import { knows } from '../engine/known-events.js'
import { nameOf } from '../engine/open-question.js'
import type { Cause, Run } from '../engine/port.js'
import type { Phrases } from '../languages/port.js'

/** The way to turn aside that a message is, in the language of who speaks; what the open question offers is an answer. */
export function asideOf(message: HeardMessage, bot: Bot, run: Run | undefined): AsideHeard | undefined {
  if (message.text === '' || isOffered(message, run)) return undefined
  const { locale } = message.locale === undefined ? (run?.around ?? bot) : { locale: message.locale }
  const language = bot.languages.of(locale)
  const correctable = correctableIn(bot.machine)
  return asideIn(message.text, { language, asides: bot.asides, correctable, answered: run?.answered })
}

/** Whether it is, to the letter, an answer that the open question offers. */
export function isOffered({ text }: HeardMessage, run: Run | undefined): boolean {
  const question = run?.question
  const choices = question && run ? (question.traits.choices?.(run.around) ?? []) : []
  return choices.some((choice) => choice.toLowerCase() === text.trim().toLowerCase())
}

/** What can be done about a conversation's run as a whole. */
export interface Course {
  end(): void
  restart(): void
}

export const isAsideEvent = (event: AnyEventObject): event is AsideHeard =>
  event.type === 'correct' || asideNames.some((name) => name === event.type)

/** Whether it ends the run though the machine is at work: not where the machine means to take it itself, at its time. */
export const interrupts = ({ type }: AnyEventObject, { machine }: Bot): boolean =>
  (type === 'cancel' || type === 'restart') && !knows(machine, type)

export interface Turning {
  run: Run
  message: HeardMessage
  cause: Cause
  course: Course
}

/** Takes the run aside, as its machine has it, or else as every bot does. Answers whether anything was done. */
export function turnAside(event: AsideHeard, turning: Turning): boolean {
  if (event.type === 'correct') return correct(event, turning)
  if (event.type === 'help') return help(event, turning)
  return turning.run.send(event, turning.cause) || byDefault(event, turning)
}

function byDefault({ type }: AsideHeard, { run, course }: Turning): boolean {
  if (type === 'cancel') {
    speak(run, 'cancelled')
    course.end()
    return true
  }
  if (type === 'restart') {
    course.restart()
    return true
  }
  if (type !== 'skip' || !run.question) return false
  speak(run, 'cannotSkip')
  run.repeat()
  return true
}

/** After help comes the question that is still open; one that has help of its own asks again by itself. */
function help(event: AsideHeard, { run, cause }: Turning): boolean {
  const open = run.question?.actor
  const before = open?.getSnapshot()
  if (!run.send(event, cause)) speak(run, 'help')
  if (open && run.question?.actor === open && open.getSnapshot() === before) run.repeat()
  return true
}

/** The machine opens the question anew; where the right answer was said with it, it is given. */
function correct(event: AsideHeard & { type: 'correct' }, { run, message, cause }: Turning): boolean {
  const taken = run.send(event, cause)
  const { question } = run
  if (taken && event.answer !== undefined && question && nameOf(question) === event.slot)
    run.send({ type: 'message', text: event.answer, message: { ...message, text: event.answer } }, cause)
  return taken
}

const speak = (run: Run, phrase: keyof Phrases): void => {
  run.say({ type: 'say', text: run.around.language.phrases[phrase] })
}
