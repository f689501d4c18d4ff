import { describe, expect, test } from 'vitest'
import { history } from '../support/history.js'

const broken = (made: ReturnType<typeof history>) => made.broken('messages')

test('a history in which all was kept breaks nothing', () => {
  const made = history()
    .subscribes('ben/web')
    .sends(1, 'one', 'ok', { seq: 1 })
    .sends(2, 'two', 'ok', { seq: 2 })
    .hears('ben/web', 'one', 1)
    .hears('ben/web', 'two', 2)
    .reads(3, { after: 0, limit: 10 }, ['one', 'two'], 1, 2)
  expect(broken(made.has('one', 'two').inbox('ana', 1, 2).inbox('ben', 1, 2))).toEqual([])
})

describe('journals', () => {
  test('what was acknowledged and is not there is lost', () => {
    expect(broken(history().sends(1, 'one', 'ok', { seq: 1 }))).toEqual(['lost'])
  })

  test.each(['info', undefined] as const)('what has no known end (%s) may be there or not', (end) => {
    expect(broken(history().sends(1, 'one', end))).toEqual([])
    expect(broken(history().sends(1, 'one', end).has('one').inbox('ana', 1).inbox('ben', 1))).toEqual([])
  })

  test('what was refused may not be there', () => {
    expect(broken(history().sends(1, 'one', 'fail').has('one').inbox('ana', 1).inbox('ben', 1))).toEqual(['refused'])
  })

  test('one message at two places is doubled', () => {
    const made = history().sends(1, 'one', 'ok').has('one', 'one').inbox('ana', 1, 2).inbox('ben', 1, 2)
    expect(broken(made)).toContain('doubled')
  })

  test('one message under two ids is doubled', () => {
    const made = history().sends(1, 'one', 'ok').has('one').hasLine({ text: 'one', id: 'other' })
    expect(broken(made.inbox('ana', 1, 2).inbox('ben', 1, 2))).toContain('doubled')
  })

  test('MQTT 3.1.1 may say with QoS 1 again what it sent again, and no more often', () => {
    const sent = () => history().sends(1, 'one', 'ok', { once: false })
    const twice = sent().hasLine({ text: 'one', id: 'a' }).hasLine({ text: 'one', id: 'b' })
    expect(broken(twice.inbox('ana', 1, 2).inbox('ben', 1, 2))).toEqual(['doubled'])
    expect(broken(sent().hasLine({ text: 'one', id: 'a' }).inbox('ana', 1).inbox('ben', 1))).toEqual([])
  })

  test('what nobody has sent is a phantom', () => {
    expect(broken(history().has('one').inbox('ana', 1).inbox('ben', 1))).toEqual(['phantom'])
  })

  test('two messages of one connection the other way round are reordered', () => {
    const made = history().sends(1, 'one', 'ok').sends(2, 'two', 'ok').has('two', 'one')
    expect(broken(made.inbox('ana', 1, 2).inbox('ben', 1, 2))).toEqual(['reordered'])
  })

  test('what was refused before its sender came in may be taken after what was said then', () => {
    const joined = { from: 'ben', kind: 'member', text: JSON.stringify({ change: 'joined', clients: ['ana'] }) }
    const said = () => history().sends(1, 'zero', 'ok').sends(2, 'one', 'ok').sends(3, 'two', 'ok')
    const afterwards = said().has('zero').hasLine(joined).has('two', 'one')
    expect(broken(afterwards.inbox('ana', 1, 2, 3, 4).inbox('ben', 1, 2, 3, 4))).toEqual([])
    const before = said().hasLine(joined).has('zero', 'two', 'one')
    expect(broken(before.inbox('ana', 1, 2, 3, 4).inbox('ben', 1, 2, 3, 4))).toEqual(['reordered'])
  })

  test('a message at another place than its sender was told is misplaced', () => {
    const made = history().sends(1, 'one', 'ok', { seq: 2 }).has('one').inbox('ana', 1).inbox('ben', 1)
    expect(broken(made)).toEqual(['misplaced'])
  })

  test('a seq that is left out is a gap', () => {
    const made = history().sends(1, 'one', 'ok').hasLine({ text: 'one', seq: 2 })
    expect(broken(made)).toContain('gap')
  })
})

describe('those who hear', () => {
  const two = () => history().subscribes('ben/web').sends(1, 'one', 'ok').sends(2, 'two', 'ok')
  const kept = (made: ReturnType<typeof history>) => made.has('one', 'two').inbox('ana', 1, 2).inbox('ben', 1, 2)

  test('miss a message', () => {
    expect(broken(kept(two().hears('ben/web', 'two', 2)))).toEqual(['not heard'])
  })

  test('hear one twice', () => {
    const made = two().hears('ben/web', 'one', 1).hears('ben/web', 'one', 1).hears('ben/web', 'two', 2)
    expect(broken(kept(made))).toEqual(['heard twice'])
  })

  test('of a session hear again on another connection what was not acknowledged', () => {
    const session = () => history().subscribes('ben/old', 'session').sends(1, 'one', 'ok').sends(2, 'two', 'ok')
    const heard = session().hears('ben/old', 'one', 1).hears('ben/old', 'two', 2)
    expect(broken(kept(heard.hears('ben/old', 'two', 2, { connection: 2 })))).toEqual([])
  })

  test('hear them out of order', () => {
    const made = two().hears('ben/web', 'two', 2).hears('ben/web', 'one', 1)
    expect(broken(kept(made))).toEqual(['heard out of order'])
  })

  test('hear something else than the journal has', () => {
    const made = two().hears('ben/web', 'one', 1).hears('ben/web', 'too', 2)
    expect(broken(kept(made))).toEqual(['altered'])
  })

  test('hear it at another place than the inbox has it', () => {
    const made = two().hears('ben/web', 'one', 1, { offset: 2 }).hears('ben/web', 'two', 2, { offset: 1 })
    expect(broken(kept(made))).toEqual(['misplaced'])
  })

  test('come back to a session that is gone', () => {
    const made = two().hears('ben/web', 'one', 1).hears('ben/web', 'two', 2)
    expect(broken(kept(made.note('ben/web', { what: 'session-lost', type: 'info' })))).toEqual(['session lost'])
  })
})

describe('histories that are read', () => {
  const two = () => history().sends(1, 'one', 'ok', { seq: 1 }).sends(2, 'two', 'ok', { seq: 2 })
  const kept = (made: ReturnType<typeof history>) => made.has('one', 'two').inbox('ana', 1, 2).inbox('ben', 1, 2)

  test('without what was acknowledged before are stale', () => {
    expect(broken(kept(two().reads(3, { after: 0, limit: 10 }, ['one'], 1, 1)))).toEqual(['stale'])
  })

  test('that leave one out have a gap', () => {
    expect(broken(kept(two().reads(3, { after: 0, limit: 10 }, ['two'], 2, 2)))).toEqual(['gap'])
  })

  test('that end too soon are short', () => {
    expect(broken(kept(two().reads(3, { after: 0, limit: 10 }, ['one'], 1, 2)))).toEqual(['short'])
  })

  test('with another text than the journal has in the end are altered', () => {
    expect(broken(kept(two().reads(3, { after: 0, limit: 10 }, ['one', 'too'], 1, 2)))).toEqual(['altered'])
  })
})

describe('inboxes', () => {
  const one = () => history().sends(1, 'one', 'ok').sends(2, 'two', 'ok').has('one', 'two')

  test.each([
    { name: 'leave one out', seqs: [2] },
    { name: 'have one twice', seqs: [1, 1, 2] },
    { name: 'have them the other way round', seqs: [2, 1] },
    { name: 'end too soon', seqs: [1] },
  ])('that $name', ({ seqs }) => {
    expect(
      broken(
        one()
          .inbox('ana', 1, 2)
          .inbox('ben', ...seqs),
      ),
    ).toEqual(['inbox'])
  })

  test('with messages of others', () => {
    const made = one().inbox('ana', 1, 2).inbox('ben', 1, 2)
    expect(broken(made.inbox('eve', 1))).toEqual(['stranger'])
  })
})
