import { type DaakTopic, Presence, Receipt } from '@daakia/protocol'
import type { Recorder } from '../history/recorder.js'

/** Notes what a device is told of others: who is there, and how far they have read. */
export const noteTold = (recorder: Recorder, device: string, topic: DaakTopic, text: string): void => {
  if (topic.kind === 'presence') {
    const { status } = Presence.parse(JSON.parse(text))
    recorder.note(device, { what: 'told', type: 'ok', about: topic.client, status })
  } else if (topic.kind === 'receipts') {
    const { client, delivered, read } = Receipt.parse(JSON.parse(text))
    const { conversation } = topic
    recorder.note(device, { what: 'told-receipt', type: 'ok', about: client, conversation, delivered, read })
  }
}
