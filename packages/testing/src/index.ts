/**
 * Conversation tests: people, virtual time, restarts.
 *
 * @module
 */
export type { GivenBot } from './casting.js'
export type { BotUnderTest, Chat, Device, ScheduledOptions, SpeakOptions, User, Where } from './chat.js'
export type { Connection, PacketOptions } from './connection.js'
export type { Figures } from './coverage/options.js'
export { ConversationFailure } from './failure/conversation-failure.js'
export type { CrashPoint, TurnMoment } from './faults/crash-point.js'
export { type CrashSweep, type CrashSweepOptions, crashSweep } from './faults/crash-sweep.js'
export type { LossPoint } from './faults/loss-plan.js'
export { type LossSweep, type LossSweepOptions, lossSweep } from './faults/loss-sweep.js'
export type { AnsweredPacketKind } from './faults/packets/packet.js'
export type { PacketKind, Side } from './faults/packets/packet-kind.js'
export { harness } from './harness.js'
export type { HarnessOptions } from './harness-options.js'
export type { DelayOf, KnownChoiceOf, StartOf, StateOf } from './machine/machine-types.js'
export type { Duration } from './time/duration.js'
