import { systemClock } from '@daakia/protocol'
import { expect, test } from 'vitest'
import { Membership } from '../../src/broker/exchange/membership.js'
import type { Conversation } from '../../src/persistence/port.js'

const ana = { vendor: 'acme', client: 'ana', connection: 'phone' }
const team: Conversation = { id: 'team', members: ['ana', 'bo'], createdAt: 1, first: 1, head: 0, bots: [] }
const microtask = () => Promise.resolve()
const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

test('who speaks where the members are known already overtakes nobody who still waits for them', async () => {
  let tell = (_: Conversation) => {}
  const found = new Promise<Conversation>((resolve) => {
    tell = resolve
  })
  const membership = new Membership({ conversation: () => found }, systemClock)
  const asked: number[] = []
  const admitted: number[] = []
  const speak = async (nth: number) => {
    asked.push(nth)
    const members = membership.forSpeaker(ana, 'team')
    if (members instanceof Promise) await members
    admitted.push(nth)
  }
  const spoken = [speak(0)]
  tell(team)
  for (let nth = 1; nth < 20; nth++) {
    await microtask()
    spoken.push(speak(nth))
  }
  await Promise.all(spoken)
  expect(admitted).toEqual(asked)
  await nextTurn()
  expect(membership.forSpeaker(ana, 'team')).toEqual(['ana', 'bo'])
})

test('who asks anew, for news may have been missed, overtakes nobody who still waits', async () => {
  const answers: ((conversation: Conversation) => void)[] = []
  const conversation = () => new Promise<Conversation>((resolve) => answers.push(resolve))
  const membership = new Membership({ conversation }, systemClock)
  const admitted: string[] = []
  const speak = async (text: string) => {
    await membership.forSpeaker(ana, 'team')
    admitted.push(text)
  }
  const first = speak('first')
  membership.missed()
  const second = speak('second')
  answers[1]?.(team)
  await nextTurn()
  expect(admitted).toEqual([])
  answers[0]?.(team)
  await Promise.all([first, second])
  expect(admitted).toEqual(['first', 'second'])
})
