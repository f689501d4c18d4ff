import { isClientId } from '@daakia/protocol'
import type { JWTPayload } from 'jose'
import type { Admitted, Refusal } from '../authenticator.js'
import { notAllowed } from '../refusals.js'
import type { JwtSettings } from './options.js'

/** Whom a token speaks for, whose signature and times are right. */
export const admissionOf = (claims: JWTPayload, connection: string, settings: JwtSettings): Admitted | Refusal => {
  const client = claims[settings.clientClaim]
  if (!isName(client)) return refused(`its claim ${settings.clientClaim} is no client id`)
  const vendor = vendorOf(claims, settings)
  if (vendor === undefined)
    return refused(`its claim ${settings.vendorClaim} is not the name of a vendor of this server`)
  if (settings.connectionClaim !== undefined && claims[settings.connectionClaim] !== connection)
    return refused(`its claim ${settings.connectionClaim} is not the MQTT client identifier`)
  const role = claims[settings.roleClaim] === 'vendor' ? ({ role: 'vendor' } as const) : {}
  return { identity: { vendor, client, ...role }, ...expiryOf(claims, settings) }
}

const vendorOf = (claims: JWTPayload, { vendor, vendorClaim }: JwtSettings): string | undefined => {
  const named = claims[vendorClaim] ?? vendor
  if (!isName(named)) return undefined
  return vendor === undefined || named === vendor ? named : undefined
}

/** As long as the token would be taken. */
const expiryOf = ({ exp }: JWTPayload, { clockToleranceSeconds }: JwtSettings): Pick<Admitted, 'expiresAt'> =>
  exp === undefined ? {} : { expiresAt: (exp + clockToleranceSeconds) * 1000 }

const isName = (claim: unknown): claim is string => typeof claim === 'string' && isClientId(claim)

const refused = (detail: string): Refusal => notAllowed('The token is not for this server or this client.', detail)
