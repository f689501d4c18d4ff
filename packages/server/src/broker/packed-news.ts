import { Packr } from 'msgpackr'
import type { JournalMessage } from '../persistence/port.js'
import type { BusNews } from './port.js'

/** What is kept of news is a small part of all that came together. */
const packr = new Packr({ copyBuffers: true })

/** In bytes. What is larger does not travel: most nodes have nobody who wants it. */
const largestMessage = 1_024

/** News as they go from node to node. */
export const packNews = (news: readonly BusNews[]): Buffer => packr.pack(news.map(withoutLarge))

export const unpackNews = (bytes: Buffer): readonly BusNews[] => packr.unpack(bytes) as BusNews[]

const withoutLarge = (news: BusNews): BusNews => {
  if (news.kind !== 'inbox' || !news.said?.message || isSmall(news.said.message)) return news
  const { message: _, ...said } = news.said
  return { ...news, said }
}

const isSmall = ({ payload, plain, properties, mqtt }: JournalMessage): boolean => {
  let left = largestMessage - payload.length - (plain?.length ?? 0) - (mqtt?.correlationData?.length ?? 0)
  for (const [name, value] of properties ?? []) left -= name.length + value.length
  return left >= 0
}
