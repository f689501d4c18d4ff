import { type Link, mqttTransport, openLink } from '@daakia/client-sdk/internal'
import { type BotInfo, BotList } from '@daakia/protocol'
import { devOperator } from '@daakia/server'

/** A server with `--dev` trusts everybody on its machine, and tells who asks as its operator. Others refuse this link. */
export const operatorLink = (url: string): Link =>
  openLink({ client: devOperator, open: mqttTransport({ url, client: devOperator }) })

/** The bots that take turns now, at most a hundred. */
export const botsThere = async (link: Pick<Link, 'call'>): Promise<BotInfo[]> =>
  BotList.parse(await link.call('bots', 'list', {})).bots
