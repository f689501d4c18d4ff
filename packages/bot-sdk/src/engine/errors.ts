/** A stored state does not fit the machine; `reasons` says where. Nothing was run. */
export class StateDoesNotFit extends Error {
  override readonly name = 'StateDoesNotFit'
  readonly reasons: readonly string[]
  constructor(reasons: readonly string[]) {
    super(`The stored state does not fit the machine: ${reasons.join('; ')}`)
    this.reasons = reasons
  }
}

/** A run holds something that would not come back from a restore; `path` says where. */
export class NotPersistable extends Error {
  override readonly name = 'NotPersistable'
  readonly path: string
  constructor(path: string, reason: string) {
    super(`${path} ${reason}`)
    this.path = path
  }
}

/** The machine takes step after step and comes to no rest. */
export class EndlessSteps extends Error {
  override readonly name = 'EndlessSteps'
  constructor(steps: number) {
    super(
      `The machine took ${steps} steps at one event and did not come to rest; look for a loop of \`always\` or of events`,
    )
  }
}
