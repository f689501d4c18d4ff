import type { LinkStatus } from '@daakia/client-sdk'

/** A connection for people: `online`, or why it is not. @param wrong what a test has done to it */
export const describedConnection = (status: LinkStatus, wrong: readonly string[]): string => {
  const reason = 'reason' in status && status.reason ? ` (${status.reason.message})` : ''
  return [`${status.state}${reason}`, ...wrong].join(', ')
}
