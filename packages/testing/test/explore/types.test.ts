import { expectTypeOf, test } from 'vitest'
import type { EventTypeOf, EventValues, Outcomes, OutcomesOf } from '../../src/vitest.js'
import { explore } from '../../src/vitest.js'
import type { both, desk, shop, till } from './support/bots.js'

type MachineOf<TBot extends { machine: unknown }> = TBot['machine']

test('the events of a machine are known by their types', () => {
  expectTypeOf<'pay'>().toExtend<EventTypeOf<MachineOf<typeof till>>>()
  expectTypeOf<'pya'>().not.toExtend<EventTypeOf<MachineOf<typeof till>>>()
  expectTypeOf<{ pay: ['pay'] }>().toExtend<EventValues<MachineOf<typeof till>>>()
})

test('the work of actors is known by its name, with what it comes to', () => {
  expectTypeOf<OutcomesOf<MachineOf<typeof till>>>().toEqualTypeOf<{
    readonly charge?: Outcomes<{ receipt: string }>
  }>()
  expectTypeOf<OutcomesOf<MachineOf<typeof shop>>>().toEqualTypeOf<{ readonly payment?: Outcomes<{ paid: boolean }> }>()
})

test('of actors whose names are not known, any may be said', () => {
  expectTypeOf<{ whatever: { succeeds: [1] } }>().toExtend<OutcomesOf<MachineOf<typeof both>>>()
})

test('a driver gets the values that are given of its event', () => {
  const never = () => {
    const given = {} as Parameters<typeof explore<MachineOf<typeof desk>, { action: readonly [1, 'two'] }>>[1]
    expectTypeOf<Parameters<NonNullable<NonNullable<typeof given.drive>['action']>>[1]>().toEqualTypeOf<1 | 'two'>()
    // @ts-expect-error no state takes such an event
    explore({} as typeof till, { goal: 'states', events: { pya: ['pay'] }, expect: {} })
    // @ts-expect-error the machine has no such actor
    explore({} as typeof till, { goal: 'states', events: {}, outcomes: { chrage: {} }, expect: {} })
    // @ts-expect-error that is not what its work comes to
    explore({} as typeof till, { goal: 'states', events: {}, outcomes: { charge: { succeeds: [7] } }, expect: {} })
  }
  expectTypeOf(never).toBeFunction()
})
