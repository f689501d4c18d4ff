import { acknowledging, type Handlers } from '../load/acknowledging.js'
import type { Link } from '../load/link.js'
import { nextPacketId, type Template } from '../load/template.js'

/** Publishes with QoS 1 on one connection, one of its messages after the other. */
export class Talker {
  private packetId = 0
  private turn = 0

  constructor(
    private readonly link: Link,
    private readonly templates: readonly Template[],
    handlers: Handlers,
  ) {
    acknowledging(link, handlers)
  }

  send(): void {
    const template = this.templates[this.turn] as Template
    this.turn = (this.turn + 1) % this.templates.length
    this.packetId = nextPacketId(this.packetId)
    this.link.write(template.withId(this.packetId))
  }
}
