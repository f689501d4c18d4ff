import { isDaak, parseDaakTopic } from '@daakia/protocol'
import { parseShare } from '@daakia/protocol/mqtt'

/** Whether a filter, shared or not, is the exchange's rather than the router's. */
export const isExchangeFilter = (filter: string): boolean => isDaak(sharedFilterOf(filter))

/** The filter that takes topics in: of a shared subscription, the one behind `$share/{group}/`; empty where it is none. */
export const sharedFilterOf = (filter: string): string => {
  const share = parseShare(filter)
  return share === 'invalid' ? '' : (share?.filter ?? filter)
}

/** The service that a filter takes the calls of: `$share/{service}/daak/rpc/{service}/+`. */
export const servedBy = (filter: string): string | undefined => {
  const share = parseShare(filter)
  if (!share || share === 'invalid') return undefined
  const topic = parseDaakTopic(share.filter)
  return topic?.kind === 'rpc' && topic.service === share.group ? topic.service : undefined
}
