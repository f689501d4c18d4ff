/** What is wrong with a page, or with a file. The message is the end of a sentence. */
export class Damage extends Error {
  override readonly name = 'Damage'
}
