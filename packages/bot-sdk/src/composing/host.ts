const hosts = new WeakSet<object>()

/** Says of a machine that it only holds others: an event goes to those first. */
export const markHost = (machine: object): void => {
  hosts.add(machine)
}

export const isHostLogic = (logic: object): boolean => hosts.has(logic)
