import type { errors, JWTPayload, JWTVerifyOptions } from 'jose'
import { OptionsError } from '../../../errors.js'
import type { Authentication, Authenticator, AuthenticatorServices, Credentials, Refusal } from '../authenticator.js'
import { badCredentials, notAllowed, unavailable } from '../refusals.js'
import { admissionOf } from './claims.js'
import { type Jose, jose } from './jose.js'
import { keysOf } from './key-source.js'
import { type Keys, KeysUnavailable } from './keys.js'
import { type JwtAlgorithm, type JwtOptions, type JwtSettings, settleJwt, verifyOptionsOf } from './options.js'

/**
 * Knows clients by a JSON Web Token (RFC 7519), which comes as the password, or, with the authentication method `jwt`,
 * as authentication data: in CONNECT, and in AUTH before the token expires.
 *
 * ```ts
 * jwt({ jwksUrl: 'https://id.example.com/.well-known/jwks.json', issuer: 'https://id.example.com/', audience: 'daakia' })
 * ```
 *
 * The server does not start where the keys can't be read.
 *
 * @throws OptionsError
 */
export const jwt = (options: JwtOptions): Authenticator => new Jwt(settleJwt(options))

/** A longer token is not looked at. */
const maximumTokenBytes = 8 * 1024

/** `{"` in base 64: a token begins with a JSON object (RFC 7515, 3.1), and hardly any password does. */
const beginning = 'eyJ'

class Jwt implements Authenticator {
  readonly name = 'jwt'
  readonly methods = ['jwt']
  readonly #settings: JwtSettings
  readonly #keys: Keys
  readonly #options: JWTVerifyOptions
  #services: AuthenticatorServices | undefined

  constructor(settings: JwtSettings) {
    this.#settings = settings
    this.#keys = keysOf(settings)
    this.#options = verifyOptionsOf(settings)
  }

  async start(services: AuthenticatorServices): Promise<void> {
    this.#services = services
    const take = await this.#read(services)
    take()
  }

  async reload(): Promise<() => void> {
    return this.#services ? this.#read(this.#services) : () => {}
  }

  async #read(services: AuthenticatorServices): Promise<() => void> {
    const { algorithms, take } = await this.#keys.read(services)
    checkAlgorithms(this.#settings.algorithms, algorithms)
    return take
  }

  close(): void {
    this.#keys.close()
  }

  async authenticate({ method, data, password, connection }: Credentials): Promise<Authentication | undefined> {
    const bytes = (method === undefined ? password : data) ?? new Uint8Array()
    const token = Buffer.from(bytes.subarray(0, maximumTokenBytes)).toString('latin1')
    if (!token.startsWith(beginning)) return method === undefined ? undefined : badCredentials('it is no token')
    if (bytes.length > maximumTokenBytes) return badCredentials(`it is longer than ${maximumTokenBytes} bytes`)
    return this.#verify(token, connection)
  }

  async #verify(token: string, connection: string): Promise<Authentication | undefined> {
    const library = await jose()
    try {
      if (this.#isForeign(library.decodeJwt(token))) return undefined
      const { payload } = await library.jwtVerify(token, this.#keys.find, this.#verifyOptions())
      return admissionOf(payload, connection, this.#settings)
    } catch (error) {
      return refusalOf(error, library.errors)
    }
  }

  #verifyOptions(): JWTVerifyOptions {
    const algorithms = this.#settings.algorithms ?? this.#keys.algorithms
    const now = this.#services?.clock.now() ?? Number.NaN
    return { ...this.#options, algorithms: [...algorithms], currentDate: new Date(now) }
  }

  /** Nothing is verified yet: what an issuer is believed is decided by who takes its tokens. */
  #isForeign({ iss }: JWTPayload): boolean {
    const { issuer } = this.#settings
    if (issuer === undefined || typeof iss !== 'string' || iss === issuer) return false
    this.#services?.log.info(
      { issuer: iss.slice(0, 200), expected: issuer },
      'Left a token of another issuer to others',
    )
    return true
  }
}

const checkAlgorithms = (chosen: readonly JwtAlgorithm[] | undefined, possible: readonly JwtAlgorithm[]): void => {
  if (!chosen) return
  if (chosen.length > 0 && chosen.every((algorithm) => possible.includes(algorithm))) return
  throw new OptionsError('jwt.algorithms', `jwt.algorithms must be of ${possible.join(', ')}, which its keys are for`)
}

const refusalOf = (error: unknown, errors: Jose['errors']): Refusal => {
  if (error instanceof KeysUnavailable) return unavailable(error.message)
  if (error instanceof errors.JWTExpired) return notAllowed('The token has expired.', 'it has expired')
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefused(error)
  if (error instanceof errors.JOSEError) return badCredentials(error.code)
  throw error
}

/** jose looks at the claims of a token only once its signature is right. */
const claimRefused = ({ claim, reason }: errors.JWTClaimValidationFailed): Refusal => {
  const detail = `its claim ${claim}: ${reason}`
  if (claim === 'nbf') return notAllowed('The token is not valid yet.', detail)
  return notAllowed('The token is not for this server or this client.', detail)
}
