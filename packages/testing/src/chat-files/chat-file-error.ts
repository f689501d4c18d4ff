/** A chat file can't be read. */
export class ChatFileError extends SyntaxError {
  override readonly name = 'ChatFileError'

  constructor(file: string, line: number, problem: string) {
    super(`${file}:${line}: ${problem}`)
  }
}
