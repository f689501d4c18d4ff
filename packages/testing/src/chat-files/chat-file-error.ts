import { isAbsolute, relative } from 'node:path'

/** A chat file can't be read. The stack begins at its line. */
export class ChatFileError extends SyntaxError {
  override readonly name = 'ChatFileError'

  constructor(file: string, line: number, problem: string) {
    super(`${isAbsolute(file) ? relative(process.cwd(), file) : file}:${line}: ${problem}`)
    this.stack = `${this.name}: ${this.message}\n    at ${file}:${line}:1`
  }
}
