import { englishAnswers, englishExpected } from './en-answers.js'
import type { Language } from './port.js'

export const english: Language = {
  tag: 'en',
  asides: {
    cancel: ['cancel', 'stop', 'quit', 'never mind', 'nevermind', 'forget it'],
    help: ['help', 'help me', '?'],
    restart: ['start over', 'restart', 'start again', 'begin again'],
    repeat: ['repeat', 'again', 'what was the question', 'say that again'],
    skip: ['skip', 'skip this', 'pass'],
  },
  corrections: [
    'no, make that {answer}',
    'make that {answer}',
    'i meant {answer}',
    'no, i meant {answer}',
    'change the {slot} to {answer}',
    'change my {slot} to {answer}',
    'change the {slot}',
    'change my {slot}',
    'change {slot}',
  ],
  phrases: {
    notUnderstood: 'Sorry, I did not understand that.',
    cancelled: 'Cancelled.',
    help: 'Answer what I ask, or say "repeat", "start over" or "cancel".',
    whatToChange: 'What should I change?',
    cannotSkip: 'I need an answer to this one.',
  },
  answers: englishAnswers,
  expected: englishExpected,
}
