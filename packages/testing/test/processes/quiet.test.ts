import { expect, test } from 'vitest'
import { quiet, type Round } from '../../src/processes/quiet.js'

const end = (client: number, read: number, written: number) => ({ client, server: 1883, read, written })
const still: Round = { clients: [end(1, 20, 10)], server: [end(1, 10, 20)] }

/** After so many rounds it is quiet; the last one goes on. */
const roundsUntilQuiet = async (...rounds: readonly Round[]): Promise<number> => {
  let asked = 0
  await quiet(async () => rounds[Math.min(asked++, rounds.length - 1)] as Round)
  return asked
}

test('it is quiet when nothing has moved from one round to the next', async () => {
  expect(await roundsUntilQuiet(still)).toBe(2)
})

test('it is not while bytes are under way, in either direction', async () => {
  const toServer: Round = { clients: [end(1, 20, 11)], server: [end(1, 10, 20)] }
  const toClient: Round = { clients: [end(1, 19, 10)], server: [end(1, 10, 20)] }
  expect(await roundsUntilQuiet(toServer, toServer, still)).toBe(4)
  expect(await roundsUntilQuiet(toClient, toClient, still)).toBe(4)
})

test('it is not where all has arrived, and somebody has gone on meanwhile', async () => {
  const later: Round = { clients: [end(1, 25, 15)], server: [end(1, 15, 25)] }
  expect(await roundsUntilQuiet(still, later)).toBe(3)
})

test('it is not while one of two knows of a connection, or of its end, and the other does not', async () => {
  expect(await roundsUntilQuiet({ clients: [end(1, 0, 0)], server: [] }, still)).toBe(3)
  expect(await roundsUntilQuiet({ clients: [], server: [end(1, 10, 20)] }, still)).toBe(3)
  expect(await roundsUntilQuiet({ clients: [end(2, 0, 0)], server: [end(1, 0, 0)] }, still)).toBe(3)
})
