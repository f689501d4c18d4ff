import type { Letters, Peers } from './port.js'

const noLetters: Letters<unknown> = { send() {}, tell() {}, close() {} }

/** The only node of its server. */
export class Alone implements Peers {
  readonly node = 'this'
  readonly members: readonly string[] = [this.node]

  async look(): Promise<readonly string[]> {
    return this.members
  }

  async isAlive(node: string): Promise<boolean> {
    return node === this.node
  }

  onChange(): () => void {
    return () => {}
  }

  open<T>(): Letters<T> {
    return noLetters
  }
}
