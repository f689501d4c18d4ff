import { isShared, type UserProperty } from '@daakia/protocol/mqtt'

/** The user property of a SUBSCRIBE that asks for it. */
const property = 'sticky'

/**
 * By which level of their topics messages of a shared subscription stay together, where that is asked for; `invalid`
 * where it is no level.
 */
export const stickyLevelOf = (
  filter: string,
  userProperties: readonly UserProperty[] = [],
): number | 'invalid' | undefined => {
  const asked = userProperties.find(([name]) => name === property)?.[1]
  if (asked === undefined || !isShared(filter)) return undefined
  return /^[1-9]\d{0,4}$/.test(asked) ? Number(asked) : 'invalid'
}

export const stickyHelp = `The user property "${property}" must be the number of a topic level, from 1`
