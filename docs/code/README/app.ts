import { createClient } from '@daakia/client-sdk'

const client = createClient({ url: 'ws://127.0.0.1:8080/mqtt', identity: 'ana' })
client.onMessage((message) => console.log(message.from, message.text))
await client.to('order-bot').send('two large pizzas')
