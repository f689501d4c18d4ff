import type { LinkStatus } from '@daakia/client-sdk'

/** A connection for people: `online`, or why it is not. */
export const describedConnection = (status: LinkStatus): string => {
  const reason = 'reason' in status && status.reason ? ` (${status.reason.message})` : ''
  return `${status.state}${reason}`
}
