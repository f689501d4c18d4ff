import type { Recogniser, Understood } from '@daakia/bot-sdk'
import { z } from 'zod'

const Answer = z.object({
  intent: z.enum(['order', 'hours', 'none']),
  confidence: z.number().min(0).max(1),
  dish: z.string().optional(),
})

export function languageModel(url: string, key: string): Recogniser {
  return {
    async recognise({ text }, { locale, signal }): Promise<Understood | undefined> {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          temperature: 0,
          prompt: `Which of order, hours, none does this ${locale} message ask for? Name the dish, if any.`,
          text: text.slice(0, 2_000),
        }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(3_000)]),
      })
      if (!response.ok) throw new Error(`The model answered ${response.status}`)
      const { intent, confidence, dish } = Answer.parse(await response.json())
      if (intent === 'none') return undefined
      const start = dish === undefined ? -1 : text.indexOf(dish)
      const found = dish !== undefined && start >= 0
      return {
        intents: [{ name: intent, score: confidence }],
        entities: found
          ? [{ name: 'dish', value: dish, text: dish, start, end: start + dish.length, score: confidence }]
          : [],
      }
    },
  }
}
