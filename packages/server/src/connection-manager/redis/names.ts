import type { RedisAnswer, RedisLink } from '../../redis/link.js'
import { RedisScript } from '../../redis/script.js'
import claimSource from './claim.lua'
import keepSource from './keep.lua'
import releaseSource from './release.lua'
import settleSource from './settle.lua'

/** A name that a node has forgotten, because it died, is forgotten after a day. Who has one for longer says so again. */
export const knownMs = 24 * 60 * 60 * 1000
const givenBackMs = 10 * 60 * 1000

const claim = new RedisScript('claim', claimSource)
const settle = new RedisScript('settle', settleSource)
const release = new RedisScript('release', releaseSource)
const keep = new RedisScript('keep', keepSource)

/** Who has which name, as Redis knows it. Names are texts here. */
export class Names {
  constructor(
    private readonly link: RedisLink,
    private readonly node: string,
  ) {}

  /** Takes it. Other nodes may still act under it until they have let it go. */
  async claim(name: string): Promise<{ fence: number; others: string[] }> {
    const [fence, ...others] = (await this.link.run(claim, [this.#key(name)], [this.node, knownMs])) as RedisAnswer[]
    return { fence: Number(fence), others: others.map(String) }
  }

  async settle(name: string, fence: number): Promise<void> {
    await this.link.run(settle, [this.#key(name)], [fence])
  }

  async release(name: string, fence: number): Promise<void> {
    await this.link.run(release, [this.#key(name)], [fence, givenBackMs])
  }

  /** Whether this node still has it. */
  async keep(name: string, fence: number): Promise<boolean> {
    return (await this.link.run(keep, [this.#key(name)], [fence, this.node, knownMs])) === 1
  }

  #key(name: string): string {
    return `${this.link.prefix}connection:${name}`
  }
}
