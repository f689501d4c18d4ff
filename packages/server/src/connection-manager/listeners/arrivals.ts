import type { Socket } from 'node:net'
import type { Alarm, Clock } from '@daakia/protocol'
import type { Remote } from '../byte-stream.js'
import type { WaitingRoom } from '../waiting-room.js'
import { ignore, remoteOf } from './socket-stream.js'

export interface ArrivalsOptions {
  waitingRoom: WaitingRoom
  clock: Clock
}

/** A socket that came through a door, and is no MQTT stream yet. */
export interface Arrival {
  readonly socket: Socket
  /** Who is at the other end; with a PROXY header, of the proxy. */
  remote: Remote
  /** It has become a stream, which its connection watches over from now on. */
  leave(): void
}

/** The sockets of one door that are no MQTT streams yet: each has a place in the waiting room, and only so much time. */
export class Arrivals {
  readonly #sockets = new Set<Socket>()

  constructor(private readonly options: ArrivalsOptions) {}

  /** `undefined`, and the socket is closed, where no place is left or its peer has gone already. */
  take(socket: Socket): Arrival | undefined {
    // What broke it does not matter here: `close` always follows.
    socket.on('error', ignore)
    if (socket.remoteAddress === undefined || !this.options.waitingRoom.enter()) {
      socket.destroy()
      return undefined
    }
    this.#sockets.add(socket)
    return this.#watch(socket)
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #watch(socket: Socket): Arrival {
    const { clock, waitingRoom } = this.options
    const alarm = clock.after(waitingRoom.limitMs, () => {
      waitingRoom.overstayed()
      socket.destroy()
    })
    const leave = () => {
      socket.off('close', leave)
      this.#leave(socket, alarm)
    }
    socket.on('close', leave)
    return { socket, remote: remoteOf(socket), leave }
  }

  #leave(socket: Socket, alarm: Alarm): void {
    if (!this.#sockets.delete(socket)) return
    alarm.cancel()
    this.options.waitingRoom.leave()
  }
}
