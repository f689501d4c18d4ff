import { isClientId } from '@daakia/protocol'
import { InvalidArgumentError } from 'commander'
import { secondsOf } from '../token/duration.js'

/** What turns the text of an argument into its value. Each throws InvalidArgumentError, which says what it takes. */

export const amountOfSeconds = (text: string): number => {
  const value = Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It is a number of seconds above 0.')
}

export const amount = (text: string): number => {
  const value = Number(text)
  if (value >= 1 && Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('It is a whole number from 1.')
}

export const duration = (text: string): number => {
  const seconds = secondsOf(text)
  if (seconds !== undefined) return seconds
  throw new InvalidArgumentError('It is a number with its unit, such as 30s, 15m, 12h or 7d.')
}

export const name = (text: string): string => {
  if (isClientId(text)) return text
  throw new InvalidArgumentError('A name is 1 to 128 of A-Z a-z 0-9 . _ @ -')
}

export const url = (text: string): string => {
  if (/^(mqtts?|wss?):\/\/[^/]/.test(text) && URL.canParse(text)) return text
  throw new InvalidArgumentError('It looks like mqtt://127.0.0.1:1883 or ws://127.0.0.1:8080/mqtt.')
}
