import { type CountryCode, findPhoneNumbersInText, isSupportedCountry } from 'libphonenumber-js/min'
import type { Around } from '../../authoring/around.js'
import type { Found, Reader } from './port.js'
import { beginning } from './words.js'

/** Reads a phone number as E.164. Its country is that of the person's locale, where the number does not say it. */
export function phoneReader(): Reader {
  return {
    read: ({ text }, around) => {
      const numbers = new Set(phonesIn(text, around).map(({ value }) => value))
      return numbers.size === 1 ? [...numbers] : []
    },
    find: (text, around) => phonesIn(text, around).map(({ value, start, end }) => ({ value: [value], start, end })),
    expected: (around) => {
      const { expected } = around.language
      return countryOf(around) ? expected.phone : expected.phoneWithCode
    },
  }
}

/** Longer answers hold more than a number. */
const mostRead = 250

export function phonesIn(text: string, around: Around): readonly Found<string>[] {
  const country = countryOf(around)
  // Places in it are those in the text.
  const read = beginning(text)
    .slice(0, mostRead)
    .replace(/\p{Cf}/gu, (mark) => ' '.repeat(mark.length))
  const international = read.replace(/(^|\s)00(?=[1-9])/g, (_, before) => `${before} +`)
  return findPhoneNumbersInText(international, country).map(({ startsAt, endsAt, number }) => ({
    value: number.number,
    start: startsAt,
    end: endsAt,
  }))
}

/** Only a locale that names its region tells a country: who speaks English may be anywhere. */
function countryOf({ locale }: Around): CountryCode | undefined {
  const { region = '' } = new Intl.Locale(locale)
  return isSupportedCountry(region) ? region : undefined
}
