import type { Principal } from '../../identity.js'
import { type Shape, shapeOf } from './shape.js'

type Name = 'vendor' | 'client' | 'connection'

/** The topic of a rule, in which whole levels may stand for the names of who asks. */
export class RuleTopic {
  readonly #shape: Shape
  /** The name that a level stands for; empty where none does. */
  readonly #names: ReadonlyMap<string, Name>

  constructor(topic: string) {
    this.#shape = shapeOf(topic)
    const names = (['vendor', 'client', 'connection'] as const).map((name) => [`{${name}}`, name] as const)
    this.#names = new Map(names.filter(([level]) => this.#shape.levels.includes(level)))
  }

  /** What it takes in for somebody; nothing where a name would be more than the one level that it stands for. */
  allowedTo(principal: Principal): Shape | undefined {
    if (this.#names.size === 0) return this.#shape
    const levels = this.#filled(principal)
    return levels.length === this.#shape.levels.length ? { levels, deep: this.#shape.deep } : undefined
  }

  /** The same for a rule that denies: where a name is of no use, everything that begins as what stands before it. */
  deniedTo(principal: Principal): Shape {
    return this.allowedTo(principal) ?? { levels: this.#filled(principal), deep: true }
  }

  /** The levels up to the first name that is not one level. */
  #filled(principal: Principal): string[] {
    const filled: string[] = []
    for (const level of this.#shape.levels) {
      const name = this.#names.get(level)
      const text = name ? textOf(name, principal, filled.length) : level
      if (text === undefined) break
      filled.push(text)
    }
    return filled
  }
}

/** What stands for a name as the level `at`; a vendor identity acts for all clients of its vendor. */
const textOf = (name: Name, principal: Principal, at: number): string | undefined => {
  if (name !== 'vendor' && principal.role === 'vendor') return '+'
  const text = principal[name]
  return isOneLevel(text) && (at > 0 || !text.startsWith('$')) ? text : undefined
}

const isOneLevel = (text: string): boolean => !/[+#/]/.test(text)
