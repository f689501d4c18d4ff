import type { Alarm, Clock } from '@daakia/protocol'
import type { OpenSocket, Socket, SocketEvents } from './port.js'

/** What the WebSocket of browsers and that of the package `ws` have in common, as far as it is used. */
export interface AnyWebSocket {
  binaryType: string
  readonly bufferedAmount: number
  onopen: unknown
  onmessage: unknown
  onerror: unknown
  onclose: unknown
  send(bytes: Uint8Array): void
  close(code?: number): void
  /** `ws` alone: without waiting for the peer. */
  terminate?(): void
}

/** [MQTT-6.0.0-3] */
export const subprotocol = 'mqtt'
/** More than this waits for the network to take it. */
const highWaterBytes = 64 * 1024
/** A WebSocket does not tell when it has sent: it has to be asked. */
const askAgainMs = 20
const normalClosure = 1000

/** `ws:` and `wss:`, over a WebSocket that `make` makes for a url. */
export const webSockets =
  (make: (url: string) => AnyWebSocket, clock: Clock): OpenSocket =>
  (url, events) =>
    new WebSocketStream(make(url.href), clock, events)

class WebSocketStream implements Socket {
  readonly #socket: AnyWebSocket
  readonly #clock: Clock
  readonly #events: SocketEvents
  #closed = false
  #asking: Alarm | undefined

  constructor(socket: AnyWebSocket, clock: Clock, events: SocketEvents) {
    this.#socket = socket
    this.#clock = clock
    this.#events = events
    let failure: Error | undefined
    socket.onopen = () => this.#closed || events.opened()
    socket.onmessage = ({ data }: { data: unknown }) => this.#receive(data)
    socket.onerror = ({ error }: { error?: unknown }) => {
      failure =
        error instanceof Error ? error : new Error('the WebSocket failed; the console of the browser may say why')
    }
    socket.onclose = ({ code }: { code: number }) => {
      this.#over(
        failure ?? (code === normalClosure ? undefined : new Error(`the WebSocket was closed with code ${code}`)),
      )
    }
  }

  write(bytes: readonly Uint8Array[]): boolean {
    if (this.#closed) return true
    for (const each of bytes) this.#socket.send(each)
    if (this.#socket.bufferedAmount <= highWaterBytes) return true
    this.#asking ??= this.#clock.after(askAgainMs, () => this.#ask())
    return false
  }

  end(): void {
    if (!this.#closed) this.#socket.close(normalClosure)
  }

  destroy(): void {
    if (this.#closed) return
    if (this.#socket.terminate) this.#socket.terminate()
    else this.#socket.close()
    // A browser would wait for the peer, which may not be there any more.
    queueMicrotask(() => this.#over())
  }

  #receive(data: unknown): void {
    if (this.#closed) return
    if (ArrayBuffer.isView(data)) this.#events.data(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    else if (data instanceof ArrayBuffer) this.#events.data(new Uint8Array(data))
    else {
      // [MQTT-6.0.0-1]
      this.#socket.close()
      this.#over(new Error('the server sent text over the WebSocket, which MQTT never does'))
    }
  }

  #ask(): void {
    this.#asking = undefined
    if (this.#socket.bufferedAmount > highWaterBytes) this.#asking = this.#clock.after(askAgainMs, () => this.#ask())
    else this.#events.drained()
  }

  #over(error?: Error): void {
    if (this.#closed) return
    this.#closed = true
    this.#asking?.cancel()
    this.#events.closed(error)
  }
}
