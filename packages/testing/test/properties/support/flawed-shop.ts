import { bot, choices, form, type Heard, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'

export type Flaw = 'mute' | 'twice' | 'dead end' | 'throws'

/** Takes an order: a size, how many, and a yes. Each flaw shows when it has come to just that. */
export const shopWith = (flaw?: Flaw) =>
  bot({
    id: 'shop',
    version: 1,
    apology: 'Sorry.',
    machine: setup({
      types: {} as { events: Heard; emitted: Said },
      actions: {
        nothing: () => {},
        pour: () => {
          if (flaw === 'throws') throw new Error('no oven')
        },
      },
      delays: { patience: 600_000 },
      guards: { mute: () => flaw === 'mute', twice: () => flaw === 'twice', deadEnd: () => flaw === 'dead end' },
    }).createMachine({
      id: 'shop',
      initial: 'sizing',
      states: {
        sizing: {
          entry: choices({ text: 'Which size?', choices: ['small', 'large'] }),
          on: {
            message: [
              { guard: ({ event }) => event.text === 'large', target: 'counting' },
              { actions: say(({ event }) => `We have no ${event.text}.`) },
            ],
          },
        },
        counting: {
          entry: form({ id: 'count', title: 'How many?', fields: [{ name: 'count', label: 'Count', kind: 'number' }] }),
          after: { patience: { target: 'sizing', actions: say('Still there?') } },
          on: {
            message: [{ guard: 'mute', actions: 'nothing' }, { actions: say('Fill it in, please.') }],
            action: { target: 'sure', actions: say(({ event }) => `That is ${JSON.stringify(event.value)}.`) },
          },
        },
        sure: {
          on: {
            message: [
              { guard: ({ event }) => event.text === 'yes', target: 'baking', actions: ['pour', say('It comes.')] },
              { actions: say('So?') },
            ],
          },
        },
        baking: {
          always: [
            { guard: 'deadEnd', target: 'stuck' },
            { guard: 'twice', target: 'done', actions: say('It comes.') },
            { target: 'done' },
          ],
        },
        stuck: {},
        done: { type: 'final', entry: say('Bye.') },
      },
    }),
  })
