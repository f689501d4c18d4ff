import type { Message, Saying } from '@daakia/client-sdk'

/** Something that can be pressed: a choice, or a button of a card. */
export interface Pressable {
  label: string
  /** What it stands for, as it may be named in place of the label. */
  names: readonly string[]
  /** What pressing it says; absent where it opens a page and nobody is told. */
  saying?: Saying
  url?: string
}

/** What a message offers, in its order. */
export const pressablesOf = ({ seq, content }: Message): readonly Pressable[] => {
  if (!content.ok) return []
  switch (content.type) {
    case 'choices':
      return content.body.choices.map(({ label, value }) => ({
        label,
        names: value === undefined ? [] : [value],
        saying: value ?? label,
      }))
    case 'card':
      return (content.body.buttons ?? []).map(({ id, label, value, url }) => ({
        label,
        names: [id, ...(value === undefined ? [] : [String(value)])],
        ...(url === undefined ? { saying: pressed({ id, label, seq, value }) } : { url }),
      }))
    default:
      return []
  }
}

const pressed = ({ value, ...button }: { id: string; label: string; seq: number; value: unknown }): Saying => ({
  type: 'action',
  body: { ...button, ...(value !== undefined && { value }) },
})

/** What is called so: by its label, else by what it stands for. */
export const pressableCalled = (pressables: readonly Pressable[], choice: string | number | boolean) =>
  pressables.find(({ label }) => label === String(choice)) ??
  pressables.find(({ names }) => names.includes(String(choice)))
