import { classifier, examplesFrom } from '@daakia/bot-sdk'

export const byExamples = classifier({
  examples: examplesFrom(new URL('./intents/', import.meta.url)),
  entities: { dish: ['pizza', 'salad'] },
})
