/** Counts what is going on in a server, so that a clean stop and a test can wait for rest. */
export interface Activity {
  /** Something begins; call what comes back, once, when it is over. */
  begin(): () => void
  /** Resolves when nothing has been going on for a turn of the event loop. */
  idle(): Promise<void>
}

export const createActivity = (): Activity => {
  let going = 0
  let waiting: (() => void)[] = []

  const over = () => {
    going--
    if (going > 0) return
    const resolved = waiting
    waiting = []
    for (const resolve of resolved) resolve()
  }

  const quiet = () => new Promise<void>((resolve) => (going === 0 ? resolve() : waiting.push(resolve)))
  const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

  return {
    begin() {
      going++
      let open = true
      return () => {
        if (!open) return
        open = false
        over()
      }
    },
    // What has just ended may start something else in its continuations, so quiet has to last.
    async idle() {
      do {
        await quiet()
        await nextTurn()
      } while (going > 0)
    },
  }
}
