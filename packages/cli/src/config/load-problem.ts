/** Why a text is no JSON, with the line; nothing of what it holds, which may be a secret. */
export const jsonProblem = ({ message }: SyntaxError, text: string): string => {
  if (text.trim() === '') return 'It is empty: write { } into it at least.'
  const comma = text.search(/,\s*[}\]]/)
  if (comma >= 0) return `Line ${lineOf(text, comma)} has a comma too many, before the bracket that ends the list.`
  const position = /at position (\d+)/.exec(message)?.[1]
  const what = message.split(/,? (?:in|after) JSON|, (?:\.\.\.)?"/)[0]
  return `${position === undefined ? 'It' : `Line ${lineOf(text, Number(position))}`} is no JSON: ${what}.`
}

const lineOf = (text: string, position: number): number => text.slice(0, position).split('\n').length

/** Why a module could not be run: the first line of the error, and the line of the file, where that is known. */
export const moduleProblem = (error: unknown, file: string): string => {
  const { message, stack = '', code } = asError(error)
  const what = (message.split('\n')[0] ?? '').replace(/^ParseError: /, '').trim()
  if (code === 'MODULE_NOT_FOUND') return `${what}: install it, or write its path as it is seen from the file.`
  const [, line] = stack.slice(stack.indexOf(file)).match(/^[^\n]*?:(\d+):\d+/) ?? []
  return `${line === undefined ? '' : `Line ${line}: `}${what.replace(/\.$/, '')}.`
}

const asError = (error: unknown): NodeJS.ErrnoException => (error instanceof Error ? error : new Error(String(error)))
