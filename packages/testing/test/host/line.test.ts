import { ConnectionLost, type Transport, type TransportMessage } from '@daakia/client-sdk'
import { systemClock } from '@daakia/protocol'
import { createServer, memoryKeyValue, type Server } from '@daakia/server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Line, line } from '../../src/host/line.js'
import { memorySockets } from '../../src/host/memory-sockets.js'

let server: Server
beforeEach(async () => {
  server = createServer({ dev: true, storage: memoryKeyValue() })
  await server.start()
})
afterEach(() => server.close())

const bytes = (text: string) => new TextEncoder().encode(text)
/** Whatever kind of bytes it is made of. */
const plain = ({ payload, correlationData, ...rest }: TransportMessage) => ({
  ...rest,
  payload: [...payload],
  correlationData: [...(correlationData ?? [])],
})
const lineOf = (client: string): Line =>
  line({
    ...{ client, connection: `${client}-1`, clock: systemClock, keepAliveSeconds: 0 },
    sockets: () => memorySockets(() => server.connect()).open,
  })

/** A connection, and what was heard on it. */
const open = async ({ transport }: Line) => {
  const heard: TransportMessage[] = []
  let end: (reason?: Error) => void = () => {}
  const closed = new Promise<Error | undefined>((resolve) => {
    end = resolve
  })
  const connection: Transport = await transport({
    message: (message) => heard.push(message),
    closed: (reason) => end(reason),
  })
  return { connection, heard, closed }
}

describe('a connection in memory', () => {
  test('carries messages with all that belongs to them', async () => {
    const { connection, heard } = await open(lineOf('ana'))
    await connection.subscribe([{ filter: 'room/+', qos: 1 }])
    const message: TransportMessage = {
      topic: 'room/one',
      payload: bytes('hi'),
      contentType: 'text/plain',
      responseTopic: 'room/answers',
      correlationData: bytes('7'),
      userProperties: [
        ['a', '1'],
        ['a', '2'],
      ],
    }
    await connection.publish(message, { qos: 1 })
    await server.rest()
    expect(heard.map(plain)).toEqual([plain({ ...message, retain: false })])
    await connection.close()
  })

  test('tells what the server says no to', async () => {
    const { connection } = await open(lineOf('ana'))
    await expect(connection.publish({ topic: 'daak/nowhere', payload: bytes('') }, { qos: 1 })).rejects.toMatchObject({
      name: 'Refused',
      reasonCode: 0x90,
      reason: expect.stringMatching(/./),
    })
    await expect(connection.subscribe([{ filter: 'daak/nowhere', qos: 1 }])).rejects.toMatchObject({
      name: 'Refused',
      reasonCode: 0x8f,
    })
    await connection.close()
  })

  test('is refused to who has no right name', async () => {
    await expect(open(lineOf('a~b'))).rejects.toMatchObject({ name: 'Refused', reasonCode: 0x86 })
  })

  test('waits with what is more than the server takes at once', async () => {
    const { connection } = await open(lineOf('ana'))
    const sent = Array.from({ length: 2_000 }, (_, i) =>
      connection.publish({ topic: 'daak/to/ben', payload: bytes(String(i)) }, { qos: 1 }),
    )
    await expect(Promise.all(sent)).resolves.toHaveLength(2_000)
    await connection.close()
  })

  test('ends with a goodbye', async () => {
    const { connection, closed } = await open(lineOf('ana'))
    await connection.close()
    await expect(closed).resolves.toBeUndefined()
    await expect(connection.publish({ topic: 'room/one', payload: bytes('') }, { qos: 0 })).rejects.toThrow(
      ConnectionLost,
    )
  })

  test('loses what was under way when its line is cut, and can not be made again', async () => {
    const cutting = lineOf('ana')
    const { connection, closed } = await open(cutting)
    const lost = connection.publish({ topic: 'room/one', payload: bytes('') }, { qos: 1 })
    cutting.cut()
    await expect(lost).rejects.toThrow(ConnectionLost)
    await closed
    const isOpen = await Promise.race([open(cutting), server.rest().then(() => 'not open')])
    expect(isOpen).toBe('not open')
  })

  test('hears why the server ended it', async () => {
    const { closed } = await open(lineOf('ana'))
    await server.close()
    await expect(closed).resolves.toMatchObject({ name: 'Refused', reasonCode: 0x8b })
  })
})
