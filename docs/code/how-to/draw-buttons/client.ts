import { createClient } from '@daakia/client-sdk'

export const client = createClient({ url: process.env.DAAKIA_URL ?? 'ws://127.0.0.1:8080/mqtt', identity: 'ana' })
const conversation = client.to('desk')

/** What is drawn, for want of a page. */
export const drawn: [bot: string, offered: string[]][] = []
const draw = (bot: string, offered: string[]) => drawn.push([bot, offered])

const words = { refund: 'I want my money back', reorder: 'The same again, please' }

conversation.onState((bot, { tags, accepts }) => {
  const offered = Object.keys(words).filter((type) => accepts.includes(type))
  draw(bot, tags.includes('choose') ? offered : [])
})

export const press = (type: string) => conversation.send({ type: 'action', body: { id: type, value: type } })
