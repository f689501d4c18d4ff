import type { Recogniser } from '@daakia/bot-sdk'
import { Languages } from '../../src/languages/languages.js'
import { heard } from './heard.js'

const language = new Languages().of('en')

/** What a recogniser makes of a text that ana writes. */
export const understand = (recogniser: Recogniser, text: string) =>
  recogniser.recognise(heard(text).message, {
    locale: 'en',
    language,
    timeZone: 'UTC',
    now: 1_000_000,
    signal: new AbortController().signal,
  })
