import { type Fields, mapValues } from './objects.js'

/** How a configuration lifts a limit. */
export const word = 'unlimited'
const mapNumbers = (value: Fields, change: (value: unknown) => unknown): Fields =>
  mapValues(value, (_, each) => change(each)) as Fields

/** Infinity, which JSON does not know, is written as a word. */
export const unlimited = {
  written: (limits: object): Fields =>
    mapNumbers(limits as Fields, (value) => (value === Number.POSITIVE_INFINITY ? word : value)),
  read: (limits: object): Fields =>
    mapNumbers(limits as Fields, (value) => (value === word ? Number.POSITIVE_INFINITY : value)),
}
