import { createClient } from '@daakia/client-sdk'

export const client = createClient({ url: process.env.DAAKIA_URL ?? 'mqtt://127.0.0.1:1883', identity: 'ana' })

export const answer = await client.call('orders', 'ship', { id: 7 }, { timeoutMs: 2_000 })
