import { isAside } from '@daakia/protocol'
import type { AnyEventObject } from 'xstate'
import type { Bot } from '../authoring/bot.js'
import { type HeardMessage, mannerOf } from '../authoring/heard.js'
import type { Run } from '../engine/port.js'
import { meaningsOf } from './hearing.js'
import type { Meaning } from './meanings.js'
import { type Course, interrupts, isAsideEvent, turnAside } from './turning-aside.js'

export interface Taker {
  bot: Bot
  run: Run
  course: Course
}

/**
 * Gives a run the meanings of a message, one after another, until one is taken; says so where none is. Answers the type
 * of the event as which it was taken.
 */
export function take(meaning: Meaning, { bot, run, course }: Taker): string | undefined {
  const { message } = meaning
  const taken = meaningsOf(meaning, bot, run).find((event) => give(event, message, { run, course }))
  if (!taken && !isAside(message.type) && !run.failed) run.say({ type: 'say', text: notUnderstood(bot, run) })
  return taken?.type
}

/** Whether the run would take the message just now. */
export const wouldTake = (meaning: Meaning, { bot, run }: Pick<Taker, 'bot' | 'run'>): boolean =>
  meaningsOf(meaning, bot, run).some((event) => run.accepts(event) || interrupts(event, bot))

function give(event: AnyEventObject, message: HeardMessage, { run, course }: Pick<Taker, 'run' | 'course'>): boolean {
  const cause = { key: String(message.seq), manner: mannerOf(message) }
  return isAsideEvent(event) ? turnAside(event, { run, message, cause, course }) : run.send(event, cause)
}

const notUnderstood = (bot: Bot, { around }: Run): string => bot.notUnderstood ?? around.language.phrases.notUnderstood
