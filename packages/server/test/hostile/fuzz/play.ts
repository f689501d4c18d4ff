import { createServer, type Log, type LogFields, memoryKeyValue, type Server } from '../../../src/index.js'
import { ManualClock } from '../../support/manual-clock.js'
import { Peer, textOf } from '../../support/peer.js'
import type { Action } from './actions.js'
import { Stranger } from './stranger.js'

/** Errors are logged for what the server itself did wrong, never for what a client sent. */
class ErrorLog implements Log {
  readonly errors: string[] = []
  info = () => {}
  warn = () => {}
  error = (fields: LogFields, message: string) => {
    this.errors.push(`${message}: ${JSON.stringify(fields)}`)
  }
}

/** Plays the script against a new server. Answers all that went wrong: nothing, if the server is any good. */
export const play = async (script: readonly Action[]): Promise<string[]> => {
  const log = new ErrorLog()
  const clock = new ManualClock()
  const server = createServer({ dev: true, storage: memoryKeyValue(), clock, log })
  await server.start()
  const strangers: Stranger[] = []
  /** The newest at each place. */
  const places: Stranger[] = []
  const canary = await Canary.open(server)
  for (const action of script) {
    if (action.does === 'connects') {
      const stranger = connect(action, server)
      strangers.push(stranger)
      places[action.place] = stranger
    } else if (action.does === 'waits') clock.advance(action.ms)
    else act(action, places[action.place])
    await settled()
  }
  const wrong = [...(await canary.sings()), ...strangers.flatMap(({ complaints }) => complaints), ...log.errors]
  await server.close()
  return wrong
}

const act = (action: Action, stranger: Stranger | undefined): void => {
  if (action.does === 'sends') stranger?.send(action.bytes, action.pieces)
  else if (action.does === 'vanishes') stranger?.vanish()
  else if (action.does === 'stops reading') stranger?.pause()
  else stranger?.resume()
}

const connect = (action: Action & { does: 'connects' }, server: Server): Stranger => {
  const stranger = new Stranger(server.connect(), action)
  stranger.send(action.bytes, 1)
  return stranger
}

/** In-process streams and storage move in microtasks, and writers at the end of a tick. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const songs = [1, 2, 3].map((verse) => ({
  qos: (verse === 2 ? 2 : 1) as 1 | 2,
  text: `verse ${verse}`,
  packetId: verse,
}))

/** Two clients that do nothing wrong, and so must never notice what others do. */
class Canary {
  private constructor(
    private readonly singer: Peer,
    private readonly listener: Peer,
  ) {}

  static async open(server: Server): Promise<Canary> {
    const singer = new Peer(server.connect())
    const listener = new Peer(server.connect())
    await singer.connect({ clientId: 'canary-singer' })
    await listener.connect({ clientId: 'canary-listener' })
    await listener.subscribe('canary-song', { qos: 2 })
    return new Canary(singer, listener)
  }

  /** Says what is wrong with its song. */
  async sings(): Promise<string[]> {
    for (const { text, qos, packetId } of songs) this.singer.publish('canary-song', text, { qos, packetId })
    const heard: string[] = []
    while (heard.length < songs.length) {
      const packet = await this.listener.next()
      if (packet?.type !== 'publish') return [`The canary heard ${packet?.type ?? 'the end'} instead of its song`]
      heard.push(textOf(packet))
    }
    const expected = songs.map(({ text }) => text)
    return heard.join() === expected.join() ? [] : [`The canary heard ${heard.join()}`]
  }
}
