import type { UserProperty } from '@daakia/protocol/mqtt'

/** How mqtt.js holds user properties: what repeats is a list under its name. */
export type MqttJsUserProperties = Record<string, string | string[]>

export const toMqttJs = (properties: readonly UserProperty[]): MqttJsUserProperties => {
  const lists = new Map<string, string[]>()
  for (const [name, value] of properties) lists.set(name, [...(lists.get(name) ?? []), value])
  return Object.fromEntries(
    [...lists].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  )
}

export const fromMqttJs = (properties: Readonly<MqttJsUserProperties> = {}): UserProperty[] =>
  Object.entries(properties).flatMap(([name, values]) => [values].flat().map((value): UserProperty => [name, value]))
