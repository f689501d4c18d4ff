import { callProperties } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { CallContent } from '../../backend/services/index.js'
import type { ServerLimits } from '../../limits/server-limits.js'
import { Refusal } from './refusal.js'

/** Takes out of a call how long its caller waits, in milliseconds. @throws Refusal */
export const readTimeout = (
  content: CallContent,
  { callTimeoutMs, longestCallTimeoutMs }: Pick<ServerLimits, 'callTimeoutMs' | 'longestCallTimeoutMs'>,
): { content: CallContent; timeoutMs: number } => {
  const given = content.userProperties.find(([name]) => name === callProperties.timeout)?.[1]
  if (given === undefined) return { content, timeoutMs: callTimeoutMs }
  const timeoutMs = /^\d{1,10}$/.test(given) ? Number(given) : 0
  if (timeoutMs < 1 || timeoutMs > longestCallTimeoutMs)
    throw new Refusal(
      ReasonCode.ImplementationSpecificError,
      `The user property "timeout" must be a whole number of milliseconds from 1 to ${longestCallTimeoutMs}`,
    )
  const userProperties = content.userProperties.filter(([name]) => name !== callProperties.timeout)
  return { content: { ...content, userProperties }, timeoutMs }
}
