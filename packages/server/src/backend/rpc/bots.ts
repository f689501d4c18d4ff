import { type BotInfo, BotList, ListBots } from '@daakia/protocol'
import { type Methods, operatorMethod } from './method.js'

const usualLimit = 100

/** `bots/list`. Others than operators learn of a bot by its presence, once they share a conversation with it. */
export const botMethods = (bots: { connected(vendor: string): readonly BotInfo[] }): Methods => ({
  'bots/list': operatorMethod(
    ListBots,
    async ({ vendor }, { after = '', limit = usualLimit }): Promise<BotList> => ({
      bots: bots
        .connected(vendor)
        .filter(({ bot }) => bot > after)
        .slice(0, limit),
    }),
    { description: 'The bots that are connected, in the order of their names', result: BotList },
  ),
})
