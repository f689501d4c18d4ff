import { encode } from '@daakia/protocol/mqtt'
import { LoadClient } from './load-client.js'

/** A QoS 1 publisher that keeps `size` messages outstanding until it is told to stop. */
export class Window {
  acknowledged = 0
  refused = 0
  private client?: LoadClient
  private running = true
  private readonly packets: Uint8Array[] = []

  constructor(size: number, topic: string, payload: Uint8Array) {
    for (let packetId = 1; packetId <= size; packetId++) {
      this.packets.push(encode({ type: 'publish', topic, payload, qos: 1, retain: false, dup: false, packetId }, 5))
    }
  }

  async start(port: number, name: string): Promise<void> {
    this.client = await LoadClient.open(port, name, {
      acknowledged: (packetId, reasonCode) => {
        this.acknowledged++
        if (reasonCode >= 0x80) this.refused++
        if (this.running) this.client?.write(this.packets[packetId - 1] as Uint8Array)
      },
    })
    for (const packet of this.packets) this.client.write(packet)
  }

  stop(): void {
    this.running = false
    this.client?.close()
  }
}
