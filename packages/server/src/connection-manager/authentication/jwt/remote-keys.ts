import type { JWTVerifyGetKey } from 'jose'
import { OptionsError } from '../../../errors.js'
import type { AuthenticatorServices } from '../authenticator.js'
import { fetchJson } from '../fetch-json.js'
import { shownUrl, warnOfPlainHttp } from '../http-url.js'
import { jose } from './jose.js'
import { keySetAlgorithms, keySetOf } from './key-set.js'
import { type Keys, type KeysRead, KeysUnavailable } from './keys.js'

export interface RemoteKeysOptions {
  url: URL
  /** As long keys are used before they are read again, beside what goes on. */
  cacheMs: number
  /** As long a key that is not among them can't have them read again. */
  cooldownMs: number
  timeoutMs: number
}

const maximumBytes = 256 * 1024

/**
 * A key set that its issuer keeps at a URL. The keys that were read last go on being used while they can't be read;
 * jose's own remote set gives them up.
 */
export class RemoteKeys implements Keys {
  readonly algorithms = keySetAlgorithms
  readonly #options: RemoteKeysOptions
  #services: AuthenticatorServices | undefined
  #keys: JWTVerifyGetKey | undefined
  #triedAt = 0
  #failure: Error | undefined
  #reading: Promise<void> | undefined

  constructor(options: RemoteKeysOptions) {
    this.#options = options
  }

  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (!this.#keys || !this.#services) throw new KeysUnavailable('the keys were not read yet')
    // A key that its issuer has taken away meanwhile is not to let anybody in once more.
    if (this.#isOlderThan(this.#options.cacheMs)) await this.#refresh()
    try {
      return await this.#keys(header, token)
    } catch (error) {
      const { errors } = await jose()
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      if (this.#reading || this.#isOlderThan(this.#options.cooldownMs)) await this.#refresh()
      // Whether it is a new key of the issuer or nobody's is not known then.
      if (this.#failure) throw new KeysUnavailable(`the keys can't be read: ${this.#failure.message}`)
      return this.#keys(header, token)
    }
  }

  /** They are in use as soon as they are read: it is their issuer who says when. */
  async read(services: AuthenticatorServices): Promise<KeysRead> {
    this.#services = services
    warnOfPlainHttp(this.#options.url, services.log)
    await this.#refresh()
    if (this.#failure)
      throw new OptionsError(
        'jwt.jwksUrl',
        `The keys at ${shownUrl(this.#options.url)} can't be read: ${this.#failure.message}`,
      )
    return { algorithms: this.algorithms, take: () => {} }
  }

  close(): void {
    this.#services = undefined
  }

  #isOlderThan(ms: number): boolean {
    return this.#services !== undefined && this.#services.clock.now() - this.#triedAt >= ms
  }

  /** Never rejects. */
  #refresh(): Promise<void> {
    this.#reading ??= this.#fetch().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #fetch(): Promise<void> {
    if (!this.#services) return
    const { clock, log } = this.#services
    const { url, timeoutMs } = this.#options
    try {
      this.#keys = await keySetOf(await fetchJson({ url, timeoutMs, maximumBytes, clock }))
      this.#failure = undefined
    } catch (error) {
      this.#failure = error as Error
      log.error({ url: shownUrl(url), error: String(error) }, 'The keys of tokens could not be read')
    } finally {
      // Those who come while they are read wait for them.
      this.#triedAt = clock.now()
    }
  }
}
