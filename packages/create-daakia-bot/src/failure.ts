/** Something the user can put right. Its message is one line that says how. */
export class Failure extends Error {
  override readonly name = 'Failure'
}
