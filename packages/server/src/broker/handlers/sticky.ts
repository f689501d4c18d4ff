import { subscriptionProperties } from '@daakia/protocol'
import { isShared, type UserProperty } from '@daakia/protocol/mqtt'

const { sticky } = subscriptionProperties

/**
 * By which level of their topics messages of a shared subscription stay together, where that is asked for; `invalid`
 * where it is no level.
 */
export const stickyLevelOf = (
  filter: string,
  userProperties: readonly UserProperty[] = [],
): number | 'invalid' | undefined => {
  const asked = userProperties.find(([name]) => name === sticky)?.[1]
  if (asked === undefined || !isShared(filter)) return undefined
  return /^[1-9]\d{0,4}$/.test(asked) ? Number(asked) : 'invalid'
}

export const stickyHelp = `The user property "${sticky}" must be the number of a topic level, from 1`
