import type { Message, Saying } from '@daakia/client-sdk'
import type { Body } from '@daakia/protocol'

/** What a person enters in a form, by the names of its fields. */
export type FormValues = Readonly<Record<string, unknown>>

export const formOf = ({ content }: Message): Body<'form'> | undefined =>
  content.ok && content.type === 'form' ? content.body : undefined

/** What sending the form says. */
export const filled = ({ id }: Body<'form'>, seq: number, value: FormValues): Saying => ({
  type: 'action',
  body: { id, seq, value },
})

type Field = Body<'form'>['fields'][number]

/** Why nobody could send the form so; empty where it can be sent. */
export const faultsOf = ({ fields }: Body<'form'>, values: FormValues): string[] => {
  const unknown = Object.keys(values).filter((name) => !fields.some((field) => field.name === name))
  return [
    ...unknown.map((name) => `there is no field "${name}"`),
    ...fields.flatMap((field) => faultOf(field, values[field.name]) ?? []),
  ]
}

const faultOf = ({ name, kind, required, choices = [] }: Field, value: unknown): string | undefined => {
  if (value === undefined) return required ? `"${name}" is required` : undefined
  const wanted = kind === 'number' || kind === 'boolean' ? kind : 'string'
  if (typeof value !== wanted) return `"${name}" is ${JSON.stringify(value)}, and has to be a ${wanted}`
  if (kind !== 'choice' || choices.some((choice) => (choice.value ?? choice.label) === value)) return undefined
  return `"${name}" offers no ${JSON.stringify(value)}`
}

/** A field for people: `where: "Where?", choice of "inside" or "outside", required`. */
export const describedField = ({ name, label, kind, required, choices = [] }: Field): string => {
  const offered = choices.map((choice) => JSON.stringify(choice.value ?? choice.label)).join(' or ')
  const parts = [`"${label}"`, offered === '' ? kind : `${kind} of ${offered}`, ...(required ? ['required'] : [])]
  return `${name}: ${parts.join(', ')}`
}
