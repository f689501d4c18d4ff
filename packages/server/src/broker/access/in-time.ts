import type { Clock } from '@daakia/protocol'
import type { BrokerLimits } from '../limits.js'
import type { Access } from './port.js'

export interface InTimeOptions {
  clock: Clock
  limits: Pick<BrokerLimits, 'accessTimeoutMs'>
}

/** The same access, which fails where it takes too long: what waits for it keeps its place, and others behind it. */
export const inTime = (access: Access, { clock, limits }: InTimeOptions): Access => ({
  authorize(principal, request) {
    const answer = access.authorize(principal, request)
    return typeof answer === 'boolean' ? answer : within(limits.accessTimeoutMs, answer, clock)
  },
  onChange: (listener) => access.onChange(listener),
})

const within = (limitMs: number, answer: Promise<boolean>, clock: Clock): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const alarm = clock.after(limitMs, () => reject(new Error(`Access did not answer within ${limitMs} ms`)))
    answer.then(resolve, reject).finally(() => alarm.cancel())
  })
