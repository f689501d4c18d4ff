import type { Live } from '../session/live.js'

/** PINGREQ (3.12): somebody is there [MQTT-3.12.4-1]. */
export const handlePingreq = (live: Live): void => {
  live.link.send({ type: 'pingresp' })
}
