import { commands } from './commands.js'
import type { PersonsStep, Step } from './line.js'
import { onDevice, speakerAsWritten } from './speaker.js'
import { exactly, isWritable } from './text.js'
import { verbs } from './verbs.js'

/** A chat file of these steps. */
export const writeChat = (steps: readonly Step[]): string => `${steps.map(writtenStep).join('\n').trim()}\n`

/** A step as its line, or lines. */
export const writtenStep = (step: Step): string => {
  switch (step.kind) {
    case 'remark':
      return step.text
    case 'says':
      return spoken(`${speakerAsWritten(step)}> `, step.text)
    case 'presses':
      return done(step, verbs.presses.write(step))
    case 'fills':
      return done(step, verbs.fills.write(step))
    case 'sends':
      return done(step, verbs.sends.write(step))
    case 'hears':
      return spoken(
        `${step.from}${step.to === undefined ? '' : ` to ${onDevice(step.to, step.device)}`}< `,
        expectation(step.expected),
      )
    case 'advances':
      return commands.advance.write(step)
    case 'is in':
      return commands.state.write(step)
    case 'restarts':
      return commands.restart.write(step)
    case 'begins':
      return commands.begin.write(step)
    case 'ignores':
      return commands.ignore.write(step)
    case 'gathers':
      return commands.room.write(step)
  }
}

const done = (step: PersonsStep, what: string): string => `${speakerAsWritten(step)} ${step.kind} ${what}`.trimEnd()

/** What goes on in another line is indented as far as its text begins. */
const spoken = (opening: string, text: string): string => {
  const indent = ' '.repeat(opening.length)
  const [first = '', ...rest] = text.split('\n')
  return [opening + first, ...rest.map((line) => (line === '' ? '' : indent + line))].join('\n').trimEnd()
}

/** A text that would be read as a pattern, or as another text, is written as a pattern that fits just it. */
const expectation = (expected: string | RegExp): string => {
  if (typeof expected !== 'string') return String(expected)
  return isWritable(expected) && !/^\/[\s\S]+\/[a-z]*$/.test(expected) ? expected : exactly(expected)
}
