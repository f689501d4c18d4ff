import type { RunInput } from '../authoring/heard.js'

/** What is known of a machine that only holds conversations. */
export interface HostTraits {
  /** Which conversation each event begins, by its name. */
  beginners: ReadonlyMap<string, string>
  /** Of those, the one that the message means which begins a run. */
  firstEvent(input: RunInput): string | undefined
}

const hosts = new WeakMap<object, HostTraits>()

/** Says of a machine that it only holds others: an event goes to those first. */
export const markHost = (machine: object, traits: HostTraits): void => {
  hosts.set(machine, traits)
}

/** `undefined` of a machine that is a conversation itself. */
export const hostOf = (machine: object): HostTraits | undefined => hosts.get(machine)

export const isHostLogic = (logic: object): boolean => hosts.has(logic)
