import { isClientId } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Identity } from '../../identity.js'
import type {
  Admitted,
  Authenticate,
  Authentication,
  Authenticator,
  AuthenticatorServices,
  Challenge,
  Credentials,
  Refusal,
} from './authenticator.js'
import { badCredentials, notAllowed, unavailable, unknownMethod } from './refusals.js'

/** One way of knowing who somebody is; a function is one that needs nothing read. */
export type AuthenticationWay = Authenticator | Authenticate

/** The authenticators of a server, asked in order. The first that answers decides; one that fails lets nobody in. */
export class AuthenticationChain {
  #authenticators: readonly Authenticator[]

  constructor(
    ways: readonly AuthenticationWay[],
    private readonly services: AuthenticatorServices,
  ) {
    this.#authenticators = ways.map(authenticatorOf)
  }

  /** @throws what keeps one of them from starting; then none is open. */
  start(): Promise<void> {
    return this.#startAll(this.#authenticators)
  }

  /** Never rejects. */
  async authenticate(credentials: Credentials): Promise<Authentication> {
    const { method } = credentials
    const asked = this.#authenticators.filter(({ methods }) => method === undefined || methods?.includes(method))
    if (method !== undefined && asked.length === 0) return unknownMethod
    for (const authenticator of asked) {
      const answer = await this.#ask(authenticator, credentials, () => authenticator.authenticate(credentials))
      if (answer) return answer
    }
    return unknownClient(credentials, asked)
  }

  /**
   * Has each authenticator read its keys and files anew, or starts others; and answers what puts them to use, which has
   * to be called then. Connections stay as they are.
   *
   * @throws what keeps one of them from it. Nothing has changed then.
   */
  async read(ways?: readonly AuthenticationWay[]): Promise<() => void> {
    const before = this.#authenticators
    const after = ways?.map(authenticatorOf) ?? before
    const takes = await Promise.all(after.map((each) => before.includes(each) && each.reload?.()))
    await this.#startAll(after.filter((each) => !before.includes(each)))
    return () => {
      for (const take of takes) if (take) take()
      this.#authenticators = after
      closeAll(before.filter((each) => !after.includes(each)))
    }
  }

  close(): void {
    closeAll(this.#authenticators)
  }

  async #startAll(authenticators: readonly Authenticator[]): Promise<void> {
    try {
      for (const authenticator of authenticators) await authenticator.start?.(this.services)
    } catch (error) {
      closeAll(authenticators)
      throw error
    }
  }

  async #ask(
    authenticator: Authenticator,
    credentials: Credentials,
    ask: () => ReturnType<Authenticate>,
  ): Promise<Authentication | undefined> {
    const fields = { authenticator: authenticator.name, connection: credentials.connection }
    try {
      const answer = await ask()
      if (!answer) return undefined
      if ('reasonCode' in answer) return signed(checked(answer), authenticator)
      if ('next' in answer) return this.#challenged(authenticator, credentials, answer)
      const problem = problemOf(answer.identity)
      if (!problem) return this.#inTime(answer, authenticator)
      this.services.log.error({ ...fields, problem }, 'An authenticator named nobody who can be let in')
    } catch (error) {
      this.services.log.error({ ...fields, error: String(error) }, 'An authenticator failed')
    }
    return signed(unavailable('it failed'), authenticator)
  }

  #challenged(authenticator: Authenticator, credentials: Credentials, { data, next }: Challenge): Challenge {
    // [MQTT-4.12.0-6] A client without a method is never sent an AUTH.
    if (credentials.method === undefined) throw new Error('It challenges a client that named no authentication method')
    return {
      data,
      next: async (answer) =>
        (await this.#ask(authenticator, credentials, () => next(answer))) ??
        signed(badCredentials('it does not know the client'), authenticator),
    }
  }

  #inTime(admitted: Admitted, authenticator: Authenticator): Admitted | Refusal {
    const { expiresAt = Number.POSITIVE_INFINITY } = admitted
    if (expiresAt > this.services.clock.now()) return admitted
    return signed(notAllowed('These credentials have expired.', 'they have expired'), authenticator)
  }
}

const authenticatorOf = (way: AuthenticationWay): Authenticator =>
  typeof way === 'function' ? { name: way.name || 'function', authenticate: way } : way

const closeAll = (authenticators: readonly Authenticator[]): void => {
  for (const authenticator of authenticators) authenticator.close?.()
}

const signed = (refusal: Refusal, { name }: Authenticator): Refusal => ({
  ...refusal,
  detail: refusal.detail ? `${name}: ${refusal.detail}` : name,
})

/** What is absent would be a name if it were read as text. */
const isName = (name: unknown): boolean => typeof name === 'string' && isClientId(name)

/** A refusal must not look like a welcome. */
const checked = (refusal: Refusal): Refusal => {
  if (refusal.reasonCode >= 0x80 && refusal.reasonCode <= 0xff) return refusal
  throw new Error('It refuses with a reason code that is none of a refusal: those are 0x80 and above')
}

const problemOf = ({ vendor, client, role }: Identity): string | undefined => {
  if (!isName(client)) return 'its client is no client id'
  if (!isName(vendor)) return 'its vendor is not 1 to 128 of A-Z a-z 0-9 . _ @ -'
  return role === undefined || role === 'vendor' ? undefined : 'its role is neither absent nor "vendor"'
}

const unknownClient = (credentials: Credentials, asked: readonly Authenticator[]): Refusal => {
  const { username, password, method } = credentials
  const detail = `none of ${asked.map(({ name }) => name).join(', ')} knows the client`
  if (username !== undefined || password !== undefined || method !== undefined) return badCredentials(detail)
  return { reasonCode: ReasonCode.NotAuthorized, reason: 'Connect with credentials.', detail }
}
