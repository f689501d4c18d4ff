import type { Bot } from '@daakia/bot-sdk'
import { writeTable } from '../admin/table.js'
import type { Io } from '../io.js'
import type { Misfit, Tally } from './tally.js'

/** Tells the outcome: what would not go on on the output, and all counts in a sentence; with `json` all of it as JSON. */
export const report = (tally: Tally, bot: Bot, io: Io, { json }: { json: boolean }): void => {
  if (json) io.output.write(`${JSON.stringify(asJson(tally, bot))}\n`)
  else writeTable(['CONVERSATIONS', 'FOR EXAMPLE', 'REASON'], tally.misfits.map(rowOf), io, {})
  io.errors.write(`${sentences(tally, bot).join(' ')}\n`)
}

const rowOf = (misfit: Misfit) => ({
  cells: [String(misfit.count), exampleOf(misfit), misfit.reasons.join('; ')],
  json: misfit,
})

const exampleOf = ({ count, conversations }: Misfit): string =>
  [...conversations, ...(count > conversations.length && conversations.length > 0 ? ['…'] : [])].join(', ')

const asJson = ({ states, live, migrated, freed, parked, lost, misfits }: Tally, { id, version }: Bot) => ({
  ...{ bot: id, version, states, live, migrated, freed, parked, lost },
  misfits,
})

const sentences = ({ states, live, migrated, freed, parked, lost }: Tally, { id, version }: Bot): string[] => {
  if (states === 0) return [`${id} has no conversation under way on this server: there is nothing to restore.`]
  const all = live === states
  return [
    `${live} of ${states} conversations of ${id} would go on in version ${version}${all ? '.' : `, ${parked} would be parked.`}`,
    ...(migrated > 0 ? [`${migrated} would be migrated.`] : []),
    ...(freed > 0 ? [`${freed} would go on that ${freed === 1 ? 'is' : 'are'} parked now.`] : []),
    ...(parked > lost
      ? [`Of those that would be parked, ${parked - lost} ${parked - lost === 1 ? 'is' : 'are'} parked already.`]
      : []),
  ]
}
