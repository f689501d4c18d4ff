import type { DaakTopic } from '@daakia/protocol'
import type { LiveSession } from '../port.js'

/** What there is to say of one thing now. An empty payload says that it is gone [MQTT-3.3.1-6]. */
export interface Told {
  topic: string
  payload: Uint8Array
}

/** Where a row has what it keeps for its subscribers. `S` says which of the things it is. */
export interface KeptSource<T extends DaakTopic, S> {
  /** @throws Refusal where the session may not subscribe to this. */
  admit(session: LiveSession, topic: T): Promise<void>
  covers(topic: T, subject: S): boolean
  keyOf(subject: S): string
  /** All that a topic of a session stands for now. */
  subjects(session: LiveSession, topic: T): AsyncIterable<S>
  /** The same, some at once and with what there is to say of each: where that costs less than to read one after the other. */
  pages?(session: LiveSession, topic: T): AsyncIterable<readonly { subject: S; told: Told }[]>
  /** The newest of it, as this session may know it; `undefined` where that is nothing. */
  read(session: LiveSession, subject: S): Promise<Told | undefined>
}
