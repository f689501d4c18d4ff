/** Names of calls. */
export class CallTokens {
  #given = 0

  constructor(
    /** What they begin with: not to be guessed by others. */
    private readonly token: string,
  ) {}

  next(): string {
    this.#given++
    return `${this.token}-${this.#given}`
  }

  /** Whether it has given out such a name. */
  knows(id: string): boolean {
    const [token, number = ''] = id.split('-')
    return token === this.token && /^[1-9]\d*$/.test(number) && Number(number) <= this.#given
  }
}
