import type { Message } from '@daakia/client-sdk'
import type { Body } from '@daakia/protocol'
import { describedField } from '../scene/acts/filling.js'
import { type Pressable, pressablesOf } from '../scene/acts/pressing.js'
import type { Problem } from './conversation-failure.js'
import { textOf } from './text-of.js'

type Choice = string | number | boolean

/** Whose device it is, and whether anybody has spoken in a conversation of theirs. */
interface Presser {
  name: string
  person: string
  isSilent: boolean
}

/** @param before what offered it until the person spoke */
export const nothingToPress = (
  { name, person, isSilent }: Presser,
  choice: Choice,
  before: Message | undefined,
): Problem => {
  const said = name === person ? 'was said' : `came to ${name}`
  const why = isSilent ? `nothing was said to ${name} yet` : `nothing that ${said} since ${person} spoke can be pressed`
  const old = before ? `; "${headlineOf(before)}" offered it before` : ''
  return { message: `${name} can't press ${JSON.stringify(choice)}: ${why}${old}.` }
}

const headlineOf = (message: Message): string => textOf(message).split('\n')[0] ?? ''

/** The newest message offers other things. */
export const cannotPress = (name: string, choice: Choice, offer: Message): Problem => {
  const opening = `${name} can't press ${JSON.stringify(choice)}. With "${headlineOf(offer)}", ${offer.from} offers:`
  return { message: [opening, ...pressablesOf(offer).map((each) => `  ${described(each)}`)].join('\n') }
}

export const opensPage = (name: string, { label, url }: Pressable): Problem => ({
  message: `"${label}" opens ${url}: no bot is told that ${name} presses it.`,
})

export const noForm = (name: string): Problem => ({
  message: `${name} has no form to fill in: none was shown since ${name} spoke.`,
})

/** @param faults why the form can't be sent so */
export const cannotFill = (name: string, { id, fields }: Body<'form'>, faults: readonly string[]): Problem => {
  const opening = `${name} can't send the form "${id}" so: ${faults.join('; ')}. Its fields:`
  return { message: [opening, ...fields.map((field) => `  ${describedField(field)}`)].join('\n') }
}

const described = ({ label, names, url }: Pressable): string => {
  const others = names.filter((name) => name !== label).map((name) => JSON.stringify(name))
  if (url !== undefined) return `"${label}" (opens ${url})`
  return others.length === 0 ? `"${label}"` : `"${label}" (or ${others.join(', ')})`
}
