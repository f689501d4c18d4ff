import { Fingerprint, Shared } from '../answer-cache.js'
import type { Authentication, Authenticator, AuthenticatorServices, Credentials } from '../authenticator.js'
import { fetchJson } from '../fetch-json.js'
import { shownUrl, warnOfPlainHttp } from '../http-url.js'
import { Lanes, LanesFull } from '../lanes.js'
import { busy, notAllowed, unavailable } from '../refusals.js'
import { type HookAnswer, parseAnswer } from './answer.js'
import { HookAnswers } from './answers.js'
import { settleWebhook, type WebhookOptions, type WebhookSettings } from './options.js'
import { questionOf, signatureOf } from './question.js'

/**
 * Asks a service over HTTP who a client is. It gets a POST with
 * `{ connection, version, username?, password?, passwordEncoding?, method?, data?, address, secure, certificate? }`, where
 * `version` is `5.0` or `3.1.1`, `passwordEncoding` says whether the password is text (`utf-8`) or `base64`, and `data` is
 * in base 64. It answers with status 200 and one of
 *
 * ```json
 * { "result": "allow", "vendor": "acme", "client": "ana", "role": "vendor", "expiresAt": 1799999999999 }
 * { "result": "deny", "reason": "This is told to the client." }
 * { "result": "ignore" }
 * ```
 *
 * where `role`, `expiresAt` (milliseconds since the Unix epoch) and `reason` may be absent, and `ignore` leaves the client
 * to the authenticators that follow. Without such an answer in time nobody is let in: 0x88 (Server unavailable).
 *
 * @throws OptionsError
 */
export const webhook = (options: WebhookOptions): Authenticator => new Webhook(settleWebhook(options))

const maximumAnswerBytes = 16 * 1024
const waitingForEach = 30

/** What it works with, once it is started. */
interface Work extends AuthenticatorServices {
  answers: HookAnswers
}

class Webhook implements Authenticator {
  readonly name = 'webhook'
  readonly methods: readonly string[]
  readonly #settings: WebhookSettings
  readonly #fingerprint = new Fingerprint()
  readonly #shared = new Shared<HookAnswer>()
  readonly #lanes: Lanes
  #work: Work | undefined

  constructor(settings: WebhookSettings) {
    const { methods, questionsAtOnce } = settings
    this.methods = methods
    this.#settings = settings
    this.#lanes = new Lanes({ atOnce: questionsAtOnce, waiting: waitingForEach * questionsAtOnce })
  }

  start(services: AuthenticatorServices): void {
    this.#work = { ...services, answers: new HookAnswers(services.clock, this.#settings) }
    warnOfPlainHttp(this.#settings.url, services.log)
  }

  async reload(): Promise<() => void> {
    return () => this.#work?.answers.clear()
  }

  async authenticate(credentials: Credentials): Promise<Authentication | undefined> {
    if (!this.#work) return unavailable('it was not started')
    try {
      return authenticationOf(await this.#answer(questionOf(credentials), this.#work))
    } catch (error) {
      if (error instanceof LanesFull) return busy('too many questions wait')
      this.#work.log.error(
        { url: shownUrl(this.#settings.url), error: String(error) },
        'The authentication hook failed',
      )
      return unavailable('the hook failed')
    }
  }

  async #answer(question: string, work: Work): Promise<HookAnswer> {
    const key = this.#fingerprint.of(question)
    const known = work.answers.get(key)
    if (known) return known
    const answer = await this.#shared.ask(key, () => this.#lanes.run(() => this.#ask(question, work)))
    work.answers.set(key, answer)
    return answer
  }

  async #ask(body: string, { clock }: Work): Promise<HookAnswer> {
    const { url, timeoutMs, headers, secret } = this.#settings
    const signature = secret === undefined ? {} : { 'daakia-signature': signatureOf(body, secret, clock.now()) }
    const sent = { 'content-type': 'application/json', ...headers, ...signature }
    return parseAnswer(
      await fetchJson({ url, body, timeoutMs, clock, headers: sent, maximumBytes: maximumAnswerBytes }),
    )
  }
}

const authenticationOf = (answer: HookAnswer): Authentication | undefined => {
  if (answer.result === 'ignore') return undefined
  if (answer.result === 'deny') return notAllowed(answer.reason ?? 'This client is not let in.', 'the hook denied it')
  const { identity, expiresAt } = answer
  return { identity, ...(expiresAt !== undefined && { expiresAt }) }
}
