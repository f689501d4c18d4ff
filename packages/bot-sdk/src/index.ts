/**
 * Conversations as XState machines, run as durable turns.
 *
 * @module
 */
export type { AsideName, Asides } from './asides/port.js'
export { answerOf } from './asking/answers/answer-of.js'
export { type AttachmentOptions, attachment } from './asking/answers/attachment.js'
export { contact } from './asking/answers/contact.js'
export { location } from './asking/answers/location.js'
export type { Answer, AnswerChoice, Found, Reading } from './asking/answers/port.js'
export { type Ask, type AskEvent, ask } from './asking/ask.js'
export { type Fill, type FillInput, type Filling, fill } from './asking/fill.js'
export {
  GaveUp,
  type OptionalQuestion,
  type Question,
  type Reminder,
  type Retry,
  type WrongAnswer,
} from './asking/question.js'
export type { Schema, Validated } from './asking/schema.js'
export type { Around } from './authoring/around.js'
export { type Bot, type BotOptions, bot, isBot } from './authoring/bot.js'
export type {
  ActionHeard,
  CancelHeard,
  CorrectHeard,
  FailedHeard,
  HandedOver,
  Heard,
  HeardMessage,
  HelpHeard,
  MessageHeard,
  RepeatHeard,
  RestartHeard,
  RunInput,
  SkipHeard,
  TakenBackHeard,
} from './authoring/heard.js'
export type { Hidden, Hide } from './authoring/hide.js'
export { idempotencyKey } from './authoring/idempotency-key.js'
export type { Migrate, NewState, OldState } from './authoring/migrate.js'
export { type Migrations, migrations } from './authoring/migrations.js'
export { type Overlap, overlap } from './authoring/overlap.js'
export type { TakesOver } from './authoring/takes-over.js'
export { checkState, type StateCheck } from './checking/check-state.js'
export {
  type ConversationsEvent,
  type ConversationsOptions,
  type ConversationsOutput,
  conversations,
  type Part,
  type Parts,
} from './composing/conversations.js'
export { type Handoff, HandoffError, type HandoffOptions, handoff } from './composing/handoff.js'
export { type BotConnection, type ConnectOptions, connect } from './connect/connect.js'
export type { Json } from './engine/json.js'
export type {
  AnswerWords,
  DateMention,
  DateParser,
  DatePart,
  DateParts,
  DateReference,
  ExpectedPhrases,
  FileKind,
  NumberBounds,
  NumberWords,
} from './languages/answering.js'
export type { Language, LanguageChanges, Phrases } from './languages/port.js'
export { type ContextKey, contextKey, type TurnValues } from './middleware/context-key.js'
export { type LoggingOptions, logging } from './middleware/logging.js'
export type { Stopwatch } from './middleware/outcome.js'
export type {
  Handled,
  IncomingContext,
  Middleware,
  MiddlewareContext,
  Outgoing,
  Trigger,
  TurnContext,
} from './middleware/port.js'
export { type RateLimitOptions, rateLimit } from './middleware/rate-limit.js'
export { pause, typing } from './saying/pause.js'
export { edit, type ReactOptions, react, unsend } from './saying/refer.js'
export type { Said, Shown, ShownType } from './saying/said.js'
export { type SayOptions, say } from './saying/say.js'
export {
  type ButtonOf,
  type CardOf,
  type ChoiceOf,
  type ChoicesOf,
  card,
  choices,
  type FieldOf,
  type FormOf,
  form,
  type MediaOf,
  media,
} from './saying/show.js'
export type { Text, Wording } from './saying/text.js'
export { type Texts, texts, type Values } from './saying/texts.js'
export type { SayAction, SayArgs } from './saying/utter.js'
export type { BotLog, TurnHooks, TurnPoint } from './turn/port.js'
export { type ClassifierOptions, classifier } from './understanding/classifier.js'
export type { EntityKind, EntityKinds, EntityValue } from './understanding/entity-kinds.js'
export { examplesFrom } from './understanding/examples-from.js'
export type { Intent } from './understanding/intent.js'
export { type PatternsOptions, patterns } from './understanding/patterns.js'
export type { Entity, IntentScore, Listening, Recogniser, Understood } from './understanding/port.js'
export type { IntentsOf, TypedRecogniser } from './understanding/typed-recogniser.js'
