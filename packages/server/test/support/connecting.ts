import type { Server } from '../../src/index.js'
import { Client, type ConnectFields } from './client.js'
import { FakeBot, type FakeBotOptions } from './fake-bot.js'

/** Connects to a server of this process. */
export class Connecting {
  constructor(readonly server: Server) {}

  /** A client that has connected. */
  client(name: string, fields?: ConnectFields): Promise<Client> {
    return Client.connect(this.server.connect(), name, fields)
  }

  /** A person who hears the whole inbox. */
  async person(name: string, fields?: ConnectFields): Promise<Client> {
    const client = await this.client(name, fields)
    await client.subscribe('daak/conversations/+/messages')
    await client.subscribe(client.replies)
    return client
  }

  /** An instance of a bot that takes turns. */
  bot(name: string, options?: FakeBotOptions): Promise<FakeBot> {
    return FakeBot.connect(this.server.connect(), name, options)
  }
}
