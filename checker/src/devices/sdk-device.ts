import { type Client, createClient, type Message, mqttTransport, Refused } from '@daakia/client-sdk'
import type { Recorder } from '../history/recorder.js'
import type { Device, Saying } from './device.js'

export interface SdkDeviceOptions {
  name: string
  client: string
  port: number
  recorder: Recorder
}

/** A device with the client SDK, as an app has it. The SDK makes the ids. */
export class SdkDevice implements Device {
  readonly knowsIds = false
  readonly name: string
  readonly client: string
  readonly ready: Promise<void>
  readonly #recorder: Recorder
  readonly #client: Client
  readonly #heard = new Set<string>()
  #unsettled = 0
  #connection = 0
  /** What comes next is told with `resync`. */
  #resync = false

  constructor({ name, client, port, recorder }: SdkDeviceOptions) {
    this.name = name
    this.client = client
    this.#recorder = recorder
    const url = `mqtt://127.0.0.1:${port}`
    // A dead connection has to be noticed within the run.
    const transport = mqttTransport({ url, client, connection: name, keepAliveSeconds: 1, connectTimeoutMs: 1_000 })
    this.#client = createClient({ identity: client, transport, backoff: { firstMs: 20, longestMs: 500 } })
    this.#client.onResync(() => {
      this.#resync = true
    })
    this.#client.onMessage((message) => this.#hear(message))
    this.#client.onStatus(({ state }) => {
      if (state === 'online') this.#connection++
    })
    this.ready = this.#client.online().then(() => this.#subscribed())
  }

  get settled(): boolean {
    return this.#unsettled === 0 && this.#client.status.state === 'online'
  }

  say({ conversation, text }: Saying): void {
    const op = this.#recorder.newOp()
    const { client } = this
    const about = { client, conversation, text, once: true, ordered: true }
    this.#recorder.note(this.name, { what: 'send', type: 'invoke', op, ...about })
    this.#unsettled++
    this.#client
      .conversation(conversation)
      .send(text)
      .then(
        ({ seq }) => this.#recorder.note(this.name, { what: 'send', type: 'ok', op, seq, copies: 1 }),
        (error: Error) => {
          const type = error instanceof Refused ? 'fail' : 'info'
          this.#recorder.note(this.name, { what: 'send', type, op, reason: error.message })
        },
      )
      .finally(() => this.#unsettled--)
  }

  hasHeard(conversation: string, text: string): boolean {
    return this.#heard.has(`${conversation} ${text}`)
  }

  async close(): Promise<void> {
    await this.#client.close({ giveUpAfterMs: 0 })
  }

  #subscribed(): void {
    const pos = this.#client.position
    const about = { client: this.client, way: 'sdk', ...(pos !== undefined && { pos }) } as const
    this.#recorder.note(this.name, { what: 'subscribed', type: 'ok', ...about })
  }

  #hear({ conversation, seq, id, from, payload }: Message): void {
    const text = new TextDecoder().decode(payload)
    this.#heard.add(`${conversation} ${text}`)
    const about = { client: this.client, conversation, seq, id, from, text, connection: this.#connection }
    this.#recorder.note(this.name, { what: 'hear', type: 'ok', ...about, ...(this.#resync && { resync: true }) })
    this.#resync = false
  }
}
