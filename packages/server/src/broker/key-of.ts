import type { SessionName } from '../identity.js'

/** A session's name as one text. U+0000 can't be in any of its parts [MQTT-1.5.4-2]. */
export const keyOf = ({ vendor, client, connection }: SessionName): string => `${vendor}\0${client}\0${connection}`
