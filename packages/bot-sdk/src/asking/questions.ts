import type { AnyActorRef } from 'xstate'
import type { Around } from '../authoring/around.js'

/** What is known of a question from outside of the actor that asks it. */
export interface QuestionTraits {
  /** What it can be answered with, where that is a closed list: what is shown. */
  choices?(around: Around): readonly string[]
  /** Other names that people call it by. */
  labels?: readonly string[]
  /** What it asks for, where that is several things, each with the names that people call it by. */
  slots?: readonly { name: string; labels: readonly string[] }[]
  /** Of those, the one that was answered last. */
  answered?(actor: AnyActorRef): string | undefined
  /** What it offers, where that is a closed list. */
  offers(around: Around): readonly Offered[]
  /** What has been answered, by field, as its context tells; by the empty name where it is one question. */
  answers(context: unknown): Readonly<Record<string, unknown>> | undefined
}

/** What one question offers. */
export interface Offered {
  /** The field of an object that it asks for; empty where it is one question. */
  field: string
  /** What is shown of each, and what choosing it answers. */
  choices: readonly { label: string; answer: unknown }[]
}

/** By the logic of the actors that ask. */
const questions = new WeakMap<object, QuestionTraits>()

/** Says of an actor logic that it asks: it hears `message`, and says its question again at `repeat`. */
export const markQuestion = (logic: object, traits: QuestionTraits): void => {
  questions.set(logic, traits)
}

/** `undefined` of logic that asks nothing. */
export const questionOf = (logic: object): QuestionTraits | undefined => questions.get(logic)
