import { isClientId } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Remote } from '../byte-stream.js'
import { isLoopbackHost } from '../loopback.js'
import type { Authenticate, Authentication, Credentials } from './authenticator.js'

/** Who speaks for the vendor itself where nobody is asked who he is: what operators' commands connect as. */
export const devOperator = 'operator'

/**
 * Lets this machine in without a password: the user name is the client, or, without one, the client identifier.
 * Web pages are let in from this machine only, by Origin and by Host, so that a page elsewhere can't reach the
 * server through the browser of a developer. The vendor is `dev`, and {@link devOperator} speaks for it.
 */
export const authenticateLoopback: Authenticate = (credentials) => {
  if (!credentials.remote.loopback) return refused('Without authentication only this machine may connect.')
  if (!isLocalPage(credentials.remote.web))
    return refused('Without authentication only pages of this machine may connect.')
  return nameOf(credentials)
}

const nameOf = ({ username, connection }: Credentials): Authentication => {
  const client = username ?? connection
  if (client === devOperator) return { identity: { vendor: 'dev', client, role: 'vendor' } }
  if (isClientId(client)) return { identity: { vendor: 'dev', client } }
  const reason = 'A client is named by 1 to 128 of A-Z a-z 0-9 . _ @ -'
  return username === undefined
    ? {
        reasonCode: ReasonCode.ClientIdentifierNotValid,
        reason: `${reason}; give a user name, or such a client identifier.`,
      }
    : { reasonCode: ReasonCode.BadUserNameOrPassword, reason: `${reason}; give such a user name.` }
}

const refused = (reason: string): Authentication => ({ reasonCode: ReasonCode.NotAuthorized, reason })

/** The Host check stops names that were pointed at this machine (DNS rebinding). */
const isLocalPage = (web: Remote['web']): boolean => {
  if (!web) return true
  const fromHere = web.origin === undefined || isLocalUrl(web.origin)
  return fromHere && web.host !== undefined && isLocalUrl(`http://${web.host}`)
}

const isLocalUrl = (url: string): boolean => URL.canParse(url) && isLoopbackHost(new URL(url).hostname)
