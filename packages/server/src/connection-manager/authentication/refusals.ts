import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Refusal } from './authenticator.js'

/** The same words whatever was wrong, so that nobody learns from them which half of a guess was right. */
export const badCredentials = (detail: string): Refusal => ({
  reasonCode: ReasonCode.BadUserNameOrPassword,
  reason: 'These credentials are not valid.',
  detail,
})

/** The credentials are genuine, and don't allow this. */
export const notAllowed = (reason: string, detail: string): Refusal => ({
  reasonCode: ReasonCode.NotAuthorized,
  reason,
  detail,
})

/** Whether they are right can't be known now. */
export const unavailable = (detail: string): Refusal => ({
  reasonCode: ReasonCode.ServerUnavailable,
  reason: 'Authentication is not available now; try again later.',
  detail,
})

/** Too many are being checked already. */
export const busy = (detail: string): Refusal => ({
  reasonCode: ReasonCode.ServerBusy,
  reason: 'Too many clients are connecting; try again later.',
  detail,
})

export const unknownMethod: Refusal = {
  reasonCode: ReasonCode.BadAuthenticationMethod,
  reason: 'The server does not know this authentication method.',
}
