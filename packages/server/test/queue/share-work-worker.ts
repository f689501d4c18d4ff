import mqtt from 'mqtt'

const url = process.env.DAAKIA_URL ?? 'mqtt://127.0.0.1:1883'

/** Takes part in the queue `workers` of the client `desk`. Start as many as you like. */
export const startWorker = (handle: (text: string) => Promise<void>) => {
  const client = mqtt.connect(url, {
    protocolVersion: 5,
    username: 'desk',
    // Called for each message; the PUBACK says how it went.
    customHandleAcks: (_topic, payload, _packet, done) => {
      handle(payload.toString()).then(
        () => done(0),
        () => done(0x83),
      )
    },
  })
  client.subscribe('$share/workers/daak/conversations/+/messages', { qos: 1 })
  return client
}
