import { bot, classifier, conversations, examplesFrom, patterns } from '@daakia/bot-sdk'
import { problem } from './problem.js'
import { hours, welcome } from './told.js'

/** What the bot can talk about, and the intents that begin it, also in the midst of something else. */
const machine = conversations({
  id: 'support',
  conversations: {
    welcome: { machine: welcome, on: [] },
    problem: { machine: problem, on: ['problem'] },
    hours: { machine: hours, on: ['hours'] },
  },
  otherwise: 'welcome',
})

export const support = bot({
  id: 'support-bot',
  version: 1,
  machine,
  understand: [
    patterns({ intents: { works: ['it works', 'it works again', 'never mind, it works'] } }),
    classifier({ examples: examplesFrom(new URL('../intents/', import.meta.url)) }),
  ],
})
