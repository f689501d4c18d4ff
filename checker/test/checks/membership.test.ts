import { describe, expect, test } from 'vitest'
import { history } from '../support/history.js'

const broken = (made: ReturnType<typeof history>) => made.broken('membership')

describe('a club', () => {
  test('in which members alone speak, and come and go as asked, breaks nothing', () => {
    const made = history()
      .changes(1, 'left', 'ben')
      .changes(2, 'joined', 'cem', { members: ['ana', 'cem'], head: 3 })
      .club(
        ['ben', 'hi'],
        ['ana', { change: 'left', clients: ['ben'] }],
        ['ana', { change: 'joined', clients: ['cem'] }],
        ['cem', 'hello'],
      )
    expect(broken(made)).toEqual([])
  })

  test('in which somebody speaks who has left', () => {
    const made = history()
      .changes(1, 'left', 'ben')
      .club(['ana', { change: 'left', clients: ['ben'] }], ['ben', 'hi'])
    expect(broken(made)).toEqual(['stranger'])
  })

  test('into which somebody comes whom nobody has invited', () => {
    expect(broken(history().club(['ana', { change: 'joined', clients: ['cem'] }]))).toEqual(['phantom'])
  })

  test('into which somebody comes who is there', () => {
    const made = history()
      .changes(1, 'joined', 'ben')
      .club(['ana', { change: 'joined', clients: ['ben'] }])
    expect(broken(made)).toEqual(['changed twice'])
  })

  test('of which an answer says something else than its journal', () => {
    const made = history()
      .changes(1, 'joined', 'cem', { members: ['ana', 'cem'], head: 1 })
      .club(['ana', { change: 'joined', clients: ['cem'] }])
    expect(broken(made)).toEqual(['members'])
  })
})

test('the inbox of somebody who has left ends with that, and has no more', () => {
  const talk = () => history().club(['ana', 'one'], ['ana', { change: 'left', clients: ['ben'] }], ['ana', 'two'])
  const inbox = (made: ReturnType<typeof history>, client: string, seqs: number[]) => {
    for (const seq of seqs)
      made.note('checker', { what: 'inbox', type: 'ok', client, offset: seq, conversation: 'club', seq })
    return made
  }
  const rulesOf = (seqs: number[]) =>
    inbox(inbox(talk(), 'ana', [1, 2, 3]), 'ben', seqs)
      .broken('messages')
      .filter((rule) => rule === 'inbox')
  expect(rulesOf([1, 2])).toEqual([])
  expect(rulesOf([1])).toEqual(['inbox'])
  expect(rulesOf([1, 2, 3])).toEqual(['inbox'])
})
