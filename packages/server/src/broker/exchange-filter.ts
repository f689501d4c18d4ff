import { isDaak } from '@daakia/protocol'
import { parseShare } from '@daakia/protocol/mqtt'

/** Whether a filter, shared or not, is the exchange's rather than the router's. */
export const isExchangeFilter = (filter: string): boolean => {
  const share = parseShare(filter)
  return isDaak(typeof share === 'object' ? share.filter : filter)
}
