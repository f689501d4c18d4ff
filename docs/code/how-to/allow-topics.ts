import { type Authenticator, accessBy, createServer } from '@daakia/server'

declare const whoItIs: Authenticator

const access = accessBy(({ client }, { action, topic }) => action === 'publish' && topic === `of/${client}`)
const server = createServer({ storage: { folder: 'data' }, authentication: [whoItIs], access })

await server.start()
