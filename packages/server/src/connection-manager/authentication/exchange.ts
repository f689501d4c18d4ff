import type { Clock } from '@daakia/protocol'
import { type AuthPacket, MqttError, mayCarry, type Packet, type Properties, ReasonCode } from '@daakia/protocol/mqtt'
import type { Identity } from '../../identity.js'
import type { Log } from '../../log.js'
import type { Admitted, Authentication, Credentials, Refusal } from './authenticator.js'
import type { AuthenticationChain } from './chain.js'
import { Expiry } from './expiry.js'

/** The connection, as far as its authentication needs it. */
export interface AuthLink {
  readonly closed: boolean
  send(packet: Packet): void
  hold(): void
  release(): void
  close(reasonCode: number, reason?: string, serverReference?: string): void
}

export interface AuthExchangeOptions {
  authentication: AuthenticationChain
  clock: Clock
  /** As long a re-authentication may take; CONNECT has a limit of its own. */
  limitMs: number
  log: Log
}

/** Says who is on one connection, and for how long: CONNECT, its AUTH packets, and those of a re-authentication (4.12). */
export class AuthExchange {
  readonly #expiry: Expiry
  /** Without what CONNECT showed, which is not kept. */
  #credentials: Credentials | undefined
  #identity: Identity | undefined
  #reauthenticating = false
  /** Takes the data of the client's next AUTH; `undefined` where the connection has gone. */
  #answer: ((data: Uint8Array | undefined) => void) | undefined

  constructor(
    private readonly link: AuthLink,
    private readonly options: AuthExchangeOptions,
  ) {
    this.#expiry = new Expiry(options.clock, () => link.close(ReasonCode.MaximumConnectTime, expired))
  }

  /** Asks who sent CONNECT. `undefined` where the connection has gone meanwhile. */
  async begin(credentials: Credentials): Promise<Admitted | Refusal | undefined> {
    const { username: _, password: __, data: ___, ...lasting } = credentials
    this.#credentials = lasting
    const answer = await this.#settle(credentials)
    if (!answer || 'reasonCode' in answer) return answer
    this.#identity = answer.identity
    this.#expiry.set(answer.expiresAt)
    return answer
  }

  /** What a successful CONNACK or AUTH carries [MQTT-4.12.0-5]. */
  propertiesOf({ data }: Admitted): Properties {
    return this.#properties(data)
  }

  /** An AUTH has come. @throws MqttError where it breaks the protocol. */
  packet({ reasonCode, properties }: AuthPacket): void {
    const method = this.#credentials?.method
    // [MQTT-4.12.0-7]
    if (method === undefined) throw protocolError('No authentication method was given in CONNECT')
    // [MQTT-4.12.0-5], [MQTT-4.12.1-1]
    if (properties?.authenticationMethod !== method)
      throw new MqttError(ReasonCode.BadAuthenticationMethod, 'The authentication method is not that of CONNECT')
    const data = properties.authenticationData?.slice()
    if (reasonCode === ReasonCode.ContinueAuthentication) this.#continue(data)
    else if (reasonCode === ReasonCode.ReAuthenticate) this.#again(data)
    else throw protocolError('The client can not say that authentication has succeeded')
  }

  /** The connection has gone. */
  close(): void {
    this.#expiry.stop()
    this.#answer?.(undefined)
  }

  /** Answers challenges until it is known who the client is. */
  async #settle(credentials: Credentials): Promise<Admitted | Refusal | undefined> {
    let answer: Authentication = await this.options.authentication.authenticate(credentials)
    while ('next' in answer) {
      const data = await this.#challenge(answer.data)
      if (!data) return undefined
      answer = await answer.next(data)
    }
    return this.link.closed ? undefined : answer
  }

  #challenge(data: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.link.closed) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#answer = resolve
      this.link.send(this.#auth(ReasonCode.ContinueAuthentication, data))
      // Until CONNACK nothing else is read; while a connection re-authenticates, it goes on.
      if (!this.#identity) this.link.release()
    })
  }

  #continue(data = new Uint8Array()): void {
    const answer = this.#answer
    if (!answer) throw protocolError('The server has not asked for this AUTH')
    this.#answer = undefined
    if (!this.#identity) this.link.hold()
    answer(data)
  }

  #again(data: Uint8Array | undefined): void {
    if (!this.#credentials || !this.#identity || this.#reauthenticating)
      throw protocolError('An authentication is under way already')
    this.#reauthenticating = true
    const tooLong = () => this.link.close(ReasonCode.NotAuthorized, 'The re-authentication took too long.')
    const alarm = this.options.clock.after(this.options.limitMs, tooLong)
    this.#reauthenticate({ ...this.#credentials, ...(data && { data }) }, this.#identity)
      .catch((error: unknown) => this.#broken(error))
      .finally(() => {
        alarm.cancel()
        this.#reauthenticating = false
      })
  }

  async #reauthenticate(credentials: Credentials, before: Identity): Promise<void> {
    const answer = await this.#settle(credentials)
    if (answer) this.#conclude(answer, before)
  }

  #conclude(answer: Admitted | Refusal, before: Identity): void {
    if ('reasonCode' in answer) this.#fail(answer)
    else if (!isSame(answer.identity, before)) this.#fail(anotherClient)
    else {
      this.#expiry.set(answer.expiresAt)
      this.link.send(this.#auth(ReasonCode.Success, answer.data))
    }
  }

  #fail({ reasonCode, reason, detail, serverReference }: Refusal): void {
    const { log } = this.options
    log.warn({ connection: this.#credentials?.connection, reasonCode, reason, detail }, 'Refused a re-authentication')
    this.link.close(disconnectCode(reasonCode), reason, serverReference)
  }

  #broken(error: unknown): void {
    this.options.log.error({ error: String(error) }, 'A re-authentication failed')
    this.link.close(ReasonCode.UnspecifiedError, 'The server failed; connect again.')
  }

  #auth(reasonCode: number, data: Uint8Array | undefined): AuthPacket {
    return { type: 'auth', reasonCode, properties: this.#properties(data) }
  }

  #properties(data: Uint8Array | undefined): Properties {
    const method = this.#credentials?.method
    if (method === undefined) return {}
    return { authenticationMethod: method, ...(data && { authenticationData: data }) }
  }
}

/** DISCONNECT lacks some codes of CONNACK, 0x88 among them. Who may come again later is told so. */
const disconnectCode = (reasonCode: number): number => {
  if (mayCarry('disconnect from server', reasonCode)) return reasonCode
  return reasonCode === ReasonCode.ServerUnavailable ? ReasonCode.ServerBusy : ReasonCode.NotAuthorized
}

const expired = 'The credentials have expired: connect with new ones, or re-authenticate (AUTH) before they expire.'

const anotherClient: Refusal = {
  reasonCode: ReasonCode.NotAuthorized,
  reason: 'A re-authentication has to show the same client.',
}

const protocolError = (message: string): MqttError => new MqttError(ReasonCode.ProtocolError, message)

const isSame = (one: Identity, other: Identity): boolean =>
  one.vendor === other.vendor && one.client === other.client && one.role === other.role
