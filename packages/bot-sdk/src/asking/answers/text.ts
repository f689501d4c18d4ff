import { writingLocale } from '../../languages/writing-locale.js'
import type { Reader } from './port.js'

export interface TextLimits {
  /** Characters. */
  least?: number | undefined
  most?: number | undefined
  webAddress?: boolean
}

/** Takes what was written as it is, without the spaces around it. */
export function textReader({ least = 0, most, webAddress }: TextLimits = {}): Reader {
  return {
    // A picture or a form that was sent has no words, and is no answer to a question for some.
    read: ({ text, type }) => (text === '' && type !== 'text' ? [] : [text.trim()]),
    find: () => [],
    expected: (around) => {
      const { language } = around
      const { format } = new Intl.NumberFormat(writingLocale(around))
      if (webAddress) return language.expected.webAddress
      // That something has to be written goes without saying.
      const bounds = { ...(least > 1 && { least: format(least) }), ...(most !== undefined && { most: format(most) }) }
      return Object.keys(bounds).length > 0 ? language.expected.text(bounds) : undefined
    },
  }
}
