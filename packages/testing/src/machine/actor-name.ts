/** What XState calls an invoke without an id: which one of its state it is, and the id of the state. */
const unnamed = /^(?<index>\d+)\.(?<state>.+)$/

/** Without the number that tells apart actors of one name. */
export const actorName = (id: string): string => unnamed.exec(id)?.groups?.state ?? id

/** What an actor is called that is at work: an invoke without an id by the state that has it. */
export const workName = (id: string): string => {
  const { index, state } = unnamed.exec(id)?.groups ?? {}
  if (index === undefined || state === undefined) return id
  return index === '0' ? `the work of ${state}` : `work ${Number(index) + 1} of ${state}`
}
