import type { UserProperty } from '@daakia/protocol/mqtt'

/** How mqtt.js holds user properties: what repeats is a list under its name. */
export type MqttJsUserProperties = Record<string, string | string[]>

/** Nothing for none: a packet with an empty set of them is one that mqtt.js never sends. */
export const toMqttJs = (properties: readonly UserProperty[] = []): { userProperties?: MqttJsUserProperties } => {
  if (properties.length === 0) return {}
  const lists = new Map<string, string[]>()
  for (const [name, value] of properties) lists.set(name, [...(lists.get(name) ?? []), value])
  return { userProperties: Object.fromEntries(lists) }
}

export const fromMqttJs = (properties: Readonly<MqttJsUserProperties> = {}): UserProperty[] =>
  Object.entries(properties).flatMap(([name, values]) => [values].flat().map((value): UserProperty => [name, value]))
