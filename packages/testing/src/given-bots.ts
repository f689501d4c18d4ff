import { type Bot, isBot } from '@daakia/bot-sdk'
import type { AnyStateMachine } from 'xstate'
import { misuse } from './failure/misuse.js'

/** @throws TypeError where what is to be tested is no bot: vitest hands over as `undefined` what a module does not export */
export const checkBot: (given: unknown) => asserts given is Bot = (given) => {
  if (!isBot(given)) throw misuse(new TypeError(noBot(given)))
}

/** @throws TypeError where what a function has made is no bot */
export const checkMade: (made: unknown) => asserts made is Bot = (made) => {
  if (isBot(made)) return
  if (made instanceof Promise)
    throw misuse(
      new TypeError(
        'The function that is given for a bot makes a promise: have it make the bot at once, and await before what it needs.',
      ),
    )
  const what = made === undefined ? 'answers with nothing' : `makes no bot, but ${typeof made}`
  throw misuse(
    new TypeError(
      `The function that is given for a bot ${what}: it has to return what bot() of @daakia/bot-sdk makes.`,
    ),
  )
}

/** @throws TypeError where neither a bot nor a machine is given */
export const checkBotOrMachine: (given: unknown) => asserts given is Bot | AnyStateMachine = (given) => {
  if (!isMachine(given)) checkBot(given)
}

const noBot = (given: unknown): string => {
  if (given === undefined)
    return 'There is no bot to test, but undefined: does its file export it under the name by which it is imported?'
  if (isMachine(given))
    return `"${given.id}" is a machine, and no bot yet: bot({ id: '${given.id}', version: 1, machine }) of @daakia/bot-sdk makes one.`
  return `What is to be tested is no bot, but ${typeof given}: bot() of @daakia/bot-sdk makes one.`
}

const isMachine = (given: unknown): given is AnyStateMachine =>
  typeof given === 'object' && given !== null && 'config' in given && 'implementations' in given && 'id' in given
