import type { Message, Saying } from '@daakia/client-sdk'
import type { AnyStateMachine } from 'xstate'
import type { Connection } from './connection.js'
import type { Figures } from './coverage/options.js'
import type { DelayOf, KnownChoiceOf, StateOf } from './machine/machine-types.js'
import type { Duration } from './time/duration.js'

/**
 * When something is scheduled, and in whose conversation.
 *
 * @example
 * const tomorrow: ScheduledOptions = { in: '1d', with: 'ana' }
 * chat.bot.toHaveScheduled('reminder', tomorrow)
 */
export interface ScheduledOptions extends Where {
  /** How long it is until then; whenever it is due where this is not given. */
  in?: Duration
}

/**
 * Which conversation of a bot is meant, where it has several.
 *
 * @example
 * const inTheTeam: Where = { room: 'team' }
 * chat.bot.toBeInState('paying', inTheTeam)
 */
export interface Where {
  /** The one with this person. */
  with?: string
  /** The one in this room, or in the conversation of this id, such as one in which it stands in for another bot. */
  room?: string
}

/**
 * Where something is said.
 *
 * @example
 * const toTheTeam: SpeakOptions = { room: 'team' }
 * await ana.says('two pizzas for us', toTheTeam)
 */
export interface SpeakOptions {
  /** The bot that it is said to, in the conversation with it alone: the first bot by default. */
  to?: string
  /** The room that it is said in, in place of that. */
  room?: string
}

/**
 * A server, its bots and people, in this process and in virtual time. Nothing waits for real time: every method resolves
 * when all of them are at rest, and time moves only where the test moves it.
 *
 * A check that fails, and a bot that does not come to rest, throw `ConversationFailure`, with the transcript.
 *
 * @example
 * await using chat = await harness({ bot: order })
 * const ana = chat.user('ana')
 * await ana.says('remind me tomorrow')
 * await chat.restartBot()
 * await chat.advance('1d')
 * await ana.toHear('You asked me to remind you.')
 */
export interface Chat<TMachine extends AnyStateMachine = AnyStateMachine> extends AsyncDisposable {
  /** The bot; of several, the first. */
  readonly bot: BotUnderTest<TMachine>
  /** One of several bots. @throws RangeError where there is no bot of that id */
  botCalled(id: string): BotUnderTest
  /** A person, who is connected from the first mention on. The same name is the same person. */
  user(name: string): User<TMachine>
  /**
   * Makes a conversation of several members, people and bots: the names that are no bot's are people, who are connected
   * from then on. What one of them says there the others hear, too.
   *
   * @throws RangeError where there is no person among them
   * @example
   * await chat.room('team', ['ana', 'ben', 'order-bot'])
   * await chat.user('ana').says('two pizzas for us', { room: 'team' })
   * await chat.user('ben').toHear('two pizzas for us')
   * chat.bot.toBeInState('paying', { room: 'team' })
   */
  room(id: string, members: readonly string[]): Promise<void>
  /** Lets time pass, from one thing that is due to the next, each with all that follows from it. */
  advance(duration: Duration): Promise<void>
  /**
   * Ends the process of a bot, the first where no id is given, as a crash would, and starts another one: whatever was
   * not committed is lost, and its conversations go on from what the server has. In a race, a bot may have several
   * instances: `instance` tells which, the first by default.
   *
   * @throws RangeError where there is no such bot or instance
   * @example
   * await Promise.all([ana.says('yes'), chat.restartBot('order-bot', { instance: 2 })])
   */
  restartBot(id?: string, options?: { instance?: number }): Promise<void>
  /**
   * Ends the process of the server, as a crash would, and starts another one with what was stored. Everybody loses the
   * connection, and comes back.
   */
  restartServer(): Promise<void>
  /**
   * Everything that was said is in its journal once, every member heard it once, and no bot handled a message twice.
   *
   * @throws ConversationFailure naming what was lost or doubled
   * @example
   * await chat.toDeliverExactlyOnce()
   */
  toDeliverExactlyOnce(): Promise<void>
  /**
   * What each person sent, and what each one heard, is in the order of the journal; no bot handled anything from a state
   * that was no longer the newest.
   *
   * @throws ConversationFailure naming what was reordered or stale
   * @example
   * await chat.toPreserveOrder()
   */
  toPreserveOrder(): Promise<void>
  /**
   * Ends all of it. `await using` does so at the end of the test.
   *
   * @throws ConversationFailure where somebody was told something that the test did not hear
   */
  close(): Promise<void>
}

/**
 * A person, as a test plays them, at the first of their devices.
 *
 * @example
 * const ana = chat.user('ana')
 * await ana.says('hello')
 * await ana.toHear('Which size?')
 * await ana.presses('large')
 * await ana.toHear(/^One large/)
 * await ana.toHearNothing({ for: '10m' })
 */
export interface User<TMachine extends AnyStateMachine = AnyStateMachine, TChoice extends string = AnyChoice<TMachine>>
  extends Device<TMachine, TChoice> {
  /**
   * Another device of this person, which is connected from the first mention on: what is said from then on comes to it. The
   * same name is the same device.
   *
   * What has to be heard by the end of the test has to be heard on one of the devices.
   *
   * @throws RangeError where no device can have that name
   * @example
   * const ana = chat.user('ana')
   * const phone = ana.device('phone')
   * await ana.says('hello')
   * await phone.toHear('Which size?')
   */
  device(name: string): Device<TMachine, TChoice>
}

/** Any text, of which an editor completes those that the bot's questions are known to offer. */
type AnyChoice<TMachine extends AnyStateMachine> = KnownChoiceOf<TMachine> | (string & {})

/**
 * A device of a person, with a connection of its own: a phone, a laptop. What is said on one of them comes to all, as messages
 * of the person's own. `name` is what failures call it: `ana`, or `ana on phone`.
 *
 * @example
 * const phone: Device = chat.user('ana').device('phone')
 * await phone.says('hello')
 * await phone.toHear('Which size?')
 */
export interface Device<
  TMachine extends AnyStateMachine = AnyStateMachine,
  TChoice extends string = AnyChoice<TMachine>,
> {
  readonly name: string
  /**
   * Says something of any type, and waits until all are at rest. Where a connection is late, silent or offline, that is
   * before the server has it.
   */
  says(saying: Saying, options?: SpeakOptions): Promise<void>
  /**
   * Sends something of any type, and waits only until the server has it: a bot may still be at work on it.
   *
   * @example
   * await ana.sends({ type: 'location', body: { latitude: 48.2, longitude: 16.37 } })
   * await ana.sends({ type: 'voice', contentType: 'audio/ogg', payload: new Uint8Array([1, 2, 3]) })
   */
  sends(saying: Saying, options?: SpeakOptions): Promise<void>
  /**
   * Presses a choice, or a button of a card, and waits until all are at rest. It is named by its label, or by what it
   * stands for, and belongs to the newest message that offers any since this person last spoke. Editors complete what the
   * bot's questions are known to offer, and any other text is taken, too; a person of a narrower type presses nothing else.
   *
   * @throws ConversationFailure naming what could be pressed
   * @example
   * await ana.toHear('Which size?')
   * await ana.presses('large')
   * @example
   * // what else is a type error, as the author knows what cards offer
   * const ben: User<typeof machine, KnownChoiceOf<typeof machine> | 'Pay'> = chat.user('ben')
   * await ben.presses('Pay')
   */
  presses(choice: TChoice | number | boolean): Promise<void>
  /**
   * Fills in the newest form since this person last spoke, by the names of its fields, sends it, and waits until all are
   * at rest.
   *
   * @throws ConversationFailure naming the fields, where it can't be sent so
   * @example
   * await ana.toHear('Where to?')
   * await ana.fills({ street: '12 Hill Road', floor: 3 })
   */
  fills(values: Readonly<Record<string, unknown>>): Promise<void>
  /**
   * The next message from others that was not heard yet is this one: a text as it stands, or one that the pattern fits.
   * What is no text is compared by its plain text, such as `Which size?\n1. small\n2. large`; choices, a card or a form
   * also by its text or its title alone. A type of which no plain text is known is compared as `[type] payload`.
   * Messages of type `event` are for programs and are passed over, and so are those that tell of a hand-over, such as
   * `[handed over to payment-bot]`, where they are not what is expected. `from` names the bot that has to say it.
   *
   * What the person says, or has heard, on another device is passed over, too, where it is not what is expected.
   */
  toHear(expected: string | RegExp, options?: { from?: string }): Promise<Message>
  /**
   * The next messages that were not heard yet are these, in whatever order they came.
   *
   * @returns them, in the order in which they were expected
   * @example
   * await ana.toHearInAnyOrder('Your pizza is ready.', /^Your taxi/)
   */
  toHearInAnyOrder(...expected: readonly (string | RegExp)[]): Promise<readonly Message[]>
  /** Lets time pass, none by default, in which nothing is said to this person, nor was before it. */
  toHearNothing(options?: { for?: Duration }): Promise<void>
  /**
   * What the person has not heard when the test ends, on any device, does not fail it.
   *
   * @example
   * ana.ignoresTheRest()
   */
  ignoresTheRest(): void
  /** The device's own. */
  readonly connection: Connection
  /**
   * Its connection breaks, and none can be made. What is said meanwhile on this device waits there. Resolves when everybody
   * is at rest.
   *
   * @example
   * const phone = ana.device('phone')
   * await phone.goesOffline()
   * await ana.says('hello')
   * await phone.comesBack()
   * await phone.toHear('Which size?')
   */
  goesOffline(): Promise<void>
  /** Connects again, and hears what it missed. Resolves when everybody is at rest. */
  comesBack(): Promise<void>
}

/**
 * A bot, as a test sees it.
 *
 * @example
 * chat.bot.toBeInState('paying', { with: 'ana' })
 * chat.botCalled('support-bot').toBeInState(undefined)
 */
export interface BotUnderTest<TMachine extends AnyStateMachine = AnyStateMachine> {
  readonly id: string
  /** Of all its processes, one after the other. */
  readonly connection: Connection
  /** Its connection breaks, and none can be made: what is said to it waits. Resolves when everybody is at rest. */
  goesOffline(): Promise<void>
  /** Connects again, and takes what waits. Resolves when everybody is at rest. */
  comesBack(): Promise<void>
  /**
   * Its machine is in this state. `undefined`: no run is going on. `with` names the person where several have a
   * conversation with the bot.
   */
  toBeInState(expected: StateOf<TMachine> | undefined, options?: Where): void
  /**
   * This timer waits, in virtual time: named by its delay, by the state that waits, by the event that it brings or by
   * the actor that has it, such as the question that reminds. `undefined`: none waits.
   *
   * @throws ConversationFailure with all that wait
   * @example
   * chat.bot.toHaveScheduled('reminder', { in: '15m' })
   */
  toHaveScheduled(what: DelayOf<TMachine> | (string & {}) | undefined, options?: ScheduledOptions): void
  /**
   * What this chat has reached of the bot so far is at least that much, in percent. What the tests of a whole run reach
   * is told by `botCoverage`.
   *
   * @throws ConversationFailure with what was never reached
   * @example
   * chat.bot.toCover({ states: 100, transitions: 80 })
   */
  toCover(figures: Figures): void
}
