/** A place where what arrives is held until it is let through. */
export class Gate {
  #arrived = () => {}
  #open = () => {}
  /** Resolves when somebody has come to the gate. */
  readonly reached = new Promise<void>((resolve) => {
    this.#arrived = resolve
  })
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve
  })

  /** To be awaited by those who are to be held. */
  pass(): Promise<void> {
    this.#arrived()
    return this.#opened
  }

  open(): void {
    this.#open()
  }
}
