import type { Message } from '@daakia/client-sdk'
import type { Body } from '@daakia/protocol'
import { describedField } from '../scene/acts/filling.js'
import { type Pressable, pressablesOf } from '../scene/acts/pressing.js'
import type { Problem } from './conversation-failure.js'
import { textOf } from './text-of.js'

type Choice = string | number | boolean

/** Nothing that was said since the person spoke can be pressed. */
export const nothingToPress = (name: string, choice: Choice): Problem => ({
  message: `${name} can't press ${JSON.stringify(choice)}: nothing that was said since ${name} spoke can be pressed.`,
})

/** The newest message offers other things. */
export const cannotPress = (name: string, choice: Choice, offer: Message): Problem => {
  const [headline] = textOf(offer).split('\n')
  const opening = `${name} can't press ${JSON.stringify(choice)}. With "${headline}", ${offer.from} offers:`
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
