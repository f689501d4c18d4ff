import type { Body } from '@daakia/protocol'
import type { EventObject, MachineContext } from 'xstate'
import type { Said, ShownType } from './said.js'
import { type Text, written } from './text.js'
import { type Params, type SayAction, type SayArgs, utter } from './utter.js'

/**
 * Something that may be chosen: what is shown, and what choosing it says where that is something else.
 *
 * @example
 * entry: choices({ text: 'Which size?', choices: ['small', { label: 'large, for two', value: 'large' }] })
 */
export type ChoiceOf<TArgs> = string | { label: Text<TArgs>; value?: string }

/**
 * A button: pressing it makes an `action` event with its `id` and `value`, or opens its `url`.
 *
 * @example
 * entry: card({
 *   title: 'Pizza',
 *   buttons: [
 *     { id: 'more', label: 'Another one', value: 1 },
 *     { id: 'menu', label: 'The menu', url: 'https://example.com/menu' },
 *   ],
 * })
 */
export interface ButtonOf<TArgs> {
  id: string
  label: Text<TArgs>
  value?: unknown
  url?: string
}

/**
 * A title, with a text, a picture and buttons.
 *
 * @example
 * entry: card(({ context }) => ({
 *   title: 'Your order',
 *   text: `${context.count} ${context.dish}`,
 *   image: { url: 'https://example.com/pizza.png', alt: 'A pizza' },
 * }))
 */
export interface CardOf<TArgs> {
  title: Text<TArgs>
  text?: Text<TArgs>
  image?: { url: string; alt?: Text<TArgs> }
  buttons?: readonly ButtonOf<TArgs>[]
}

/**
 * A question with its answers.
 *
 * @example
 * entry: choices(({ context }) => ({ text: 'How many?', choices: [1, 2, 3].map((n) => `${n} ${context.dish}`) }))
 */
export interface ChoicesOf<TArgs> {
  /** The question. */
  text: Text<TArgs>
  choices: readonly ChoiceOf<TArgs>[]
}

/**
 * Several questions that are answered at once.
 *
 * @example
 * entry: form({ id: 'table', title: 'A table', fields: [{ name: 'guests', label: 'Guests', kind: 'number' }] }),
 * on: { action: { guard: ({ event }) => event.id === 'table', target: 'booked' } } // its value: { guests: 4 }
 */
export interface FormOf<TArgs> {
  /** The `id` of the `action` event that brings the answers, as its `value`: an object with a field for each. */
  id: string
  title?: Text<TArgs>
  text?: Text<TArgs>
  fields: readonly FieldOf<TArgs>[]
}

/**
 * A question of a form.
 *
 * @example
 * entry: form({
 *   id: 'table',
 *   fields: [
 *     { name: 'guests', label: 'Guests', kind: 'number', required: true },
 *     { name: 'where', label: 'Where?', kind: 'choice', choices: ['inside', 'outside'] },
 *   ],
 * })
 */
export interface FieldOf<TArgs> {
  /** Names the answer. */
  name: string
  label: Text<TArgs>
  kind: Body<'form'>['fields'][number]['kind']
  required?: boolean
  choices?: readonly ChoiceOf<TArgs>[]
}

/**
 * A picture, a sound, a film or a file, by its address.
 *
 * @example
 * entry: media(({ context }) => ({
 *   url: `https://example.com/${context.dish}.png`,
 *   mediaType: 'image/png',
 *   alt: `A ${context.dish}`,
 * }))
 */
export interface MediaOf<TArgs> {
  url: string
  /** Such as `image/png`. */
  mediaType: string
  name?: string
  sizeBytes?: number
  /** What it shows, for who can't see it. */
  alt?: Text<TArgs>
}

/** What is shown, or how to make it from context and event. */
type Made<TArgs, TParams, TShape> = TShape | ((args: TArgs, params: TParams) => TShape)

/**
 * An action that shows a card: a title with a text, a picture and buttons. Who can't see cards reads it as text.
 *
 * @example
 * entry: card({ title: 'Pizza', text: ({ context }) => `${context.count} for you`, buttons: [{ id: 'more', label: 'Another one' }] })
 */
export function card<C extends MachineContext, X extends EventObject, P extends Params, E extends EventObject>(
  card: Made<SayArgs<C, X, E>, P, CardOf<SayArgs<C, X, E>>>,
): SayAction<C, X, P, E> {
  return show('card', card, ({ title, text, image, buttons }, write) => ({
    title: write(title),
    ...optional('text', text, write),
    ...(image && { image: { url: image.url, ...optional('alt', image.alt, write) } }),
    ...(buttons && { buttons: buttons.map((button) => ({ ...button, label: write(button.label) })) }),
  }))
}

/**
 * An action that offers answers. Who can't see buttons reads a numbered list, and answers with a number or in words; the
 * answer comes as a `message`. To ask and to check the answer in one, see {@link ask}.
 *
 * @example
 * entry: choices({ text: 'Which size?', choices: ['small', 'large'] })
 */
export function choices<C extends MachineContext, X extends EventObject, P extends Params, E extends EventObject>(
  choices: Made<SayArgs<C, X, E>, P, ChoicesOf<SayArgs<C, X, E>>>,
): SayAction<C, X, P, E> {
  return show('choices', choices, ({ text, choices }, write) => ({
    text: write(text),
    choices: choices.map((choice) => chosenBody(choice, write)),
  }))
}

/**
 * An action that asks several questions at once. The answers come in an `action` event with the form's `id`.
 *
 * @example
 * entry: form({ id: 'address', fields: [{ name: 'street', label: 'Street', kind: 'text', required: true }] })
 */
export function form<C extends MachineContext, X extends EventObject, P extends Params, E extends EventObject>(
  form: Made<SayArgs<C, X, E>, P, FormOf<SayArgs<C, X, E>>>,
): SayAction<C, X, P, E> {
  return show('form', form, ({ id, title, text, fields }, write) => ({
    id,
    ...optional('title', title, write),
    ...optional('text', text, write),
    fields: fields.map(({ choices, ...field }) => ({
      ...field,
      label: write(field.label),
      ...(choices && { choices: choices.map((choice) => chosenBody(choice, write)) }),
    })),
  }))
}

/**
 * An action that shows a picture, a sound, a film or a file, by its address.
 *
 * @example
 * entry: media({ url: 'https://example.com/menu.pdf', mediaType: 'application/pdf', name: 'Menu' })
 */
export function media<C extends MachineContext, X extends EventObject, P extends Params, E extends EventObject>(
  media: Made<SayArgs<C, X, E>, P, MediaOf<SayArgs<C, X, E>>>,
): SayAction<C, X, P, E> {
  return show('media', media, ({ alt, ...media }, write) => ({ ...media, ...optional('alt', alt, write) }))
}

type Write<TArgs> = (text: Text<TArgs>) => string

function show<
  C extends MachineContext,
  X extends EventObject,
  P extends Params,
  E extends EventObject,
  TType extends ShownType,
  TShape extends object,
>(
  type: TType,
  made: Made<SayArgs<C, X, E>, P, TShape>,
  bodyOf: (shape: TShape, write: Write<SayArgs<C, X, E>>) => Body<TType>,
): SayAction<C, X, P, E> {
  return utter((args, params, choose) => {
    const shape = typeof made === 'function' ? made(args, params) : made
    return { type, body: bodyOf(shape, (text) => written(text, args, params, choose)) } as Said
  })
}

const chosenBody = <TArgs>(choice: ChoiceOf<TArgs>, write: Write<TArgs>) =>
  typeof choice === 'string' ? { label: choice } : { ...choice, label: write(choice.label) }

const optional = <TName extends string, TArgs>(name: TName, text: Text<TArgs> | undefined, write: Write<TArgs>) =>
  (text === undefined ? {} : { [name]: write(text) }) as { [name in TName]?: string }
