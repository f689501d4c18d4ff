import type { OpenTransport, TransportMessage } from '@daakia/client-sdk/internal'
import { parseDaakTopic } from '@daakia/protocol'

/** A message that the server acknowledged. */
export interface Acknowledged {
  conversation: string
  id: string
  /** As it was sent. */
  text: string
}

/** The same connections, which tell of each message that the server has acknowledged on them. */
export const tellingAcknowledged =
  (open: OpenTransport, tell: (message: Acknowledged) => void): OpenTransport =>
  async (events, signal) => {
    const transport = await open(events, signal)
    const publish: typeof transport.publish = async (message, options) => {
      await transport.publish(message, options)
      const acknowledged = options.qos === 1 ? asAcknowledged(message) : undefined
      if (acknowledged) tell(acknowledged)
    }
    const { connection } = transport
    return {
      connection,
      publish,
      subscribe: (...asked) => transport.subscribe(...asked),
      unsubscribe: (filters) => transport.unsubscribe(filters),
      close: () => transport.close(),
    }
  }

const asAcknowledged = ({ topic, payload, userProperties = [] }: TransportMessage): Acknowledged | undefined => {
  const told = parseDaakTopic(topic)
  const id = userProperties.find(([name]) => name === 'id')?.[1]
  if (told?.kind !== 'messages' || id === undefined) return undefined
  return { conversation: told.conversation, id, text: new TextDecoder().decode(payload) }
}
