const longest = 128

/**
 * What is wrong with the name of a project; `undefined` where nothing is. It becomes the name of an npm package and
 * of the bot, so it has to suit both.
 */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'The project needs a name.'
  if (name.length > longest) return `The name is longer than ${longest} characters.`
  if (/^[a-z0-9][a-z0-9._-]*$/.test(name)) return undefined
  return `"${name}" can't be a name: use lower-case letters, digits, "-", "_" and ".", and begin with a letter or a digit.`
}
