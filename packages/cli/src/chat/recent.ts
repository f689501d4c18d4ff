import { type Client, ConnectionLost, type HistoryPage, RpcFailure } from '@daakia/client-sdk'

export interface RecentOptions {
  client: Client
  bot: string
  limit: number
}

/**
 * The newest messages with a bot, as soon as there is a connection; none where nothing was said yet, so that the
 * conversation does not exist.
 */
export const recent = async (options: RecentOptions): Promise<HistoryPage> => {
  const { client, bot, limit } = options
  await client.online()
  try {
    return await client.to(bot).history({ limit })
  } catch (error) {
    if (error instanceof RpcFailure) return { messages: [], first: 1, head: 0 }
    if (error instanceof ConnectionLost) return recent(options)
    throw error
  }
}
