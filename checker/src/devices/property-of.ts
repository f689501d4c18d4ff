import type { Properties } from '@daakia/protocol/mqtt'

/** The first user property of this name. */
export const propertyOf = (properties: Properties | undefined, name: string): string | undefined =>
  properties?.userProperties?.find(([other]) => other === name)?.[1]
