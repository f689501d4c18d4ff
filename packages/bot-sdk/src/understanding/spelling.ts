/**
 * A text as recognisers compare it: composed (NFC), typographic apostrophes as plain ones, white space of other scripts as
 * a space. But for the composing, nothing moves.
 */
export const respelled = (text: string): string =>
  isAscii(text)
    ? text
    : text
        .normalize('NFC')
        .replace(/[’ʼ＇]/g, "'")
        .replace(foreignSpace, ' ')

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

const foreignSpace = /[^\S\0-\x7f]/g

/** Whether something can be read in it: a letter, a number, a sign such as an emoji. */
export const isReadable = (text: string): boolean => /[\p{L}\p{N}\p{S}]/u.test(text)

/** Whether it is of a script that writes words without spaces. */
export const isUnspaced = (text: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u.test(text)
