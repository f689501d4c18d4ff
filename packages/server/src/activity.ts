/** Counts what is going on in a server, so that a clean stop and a test can wait for rest. */
export interface Activity {
  /** Something begins; call what comes back, once, when it is over. */
  begin(): () => void
  /** What has begun can't go on before a bot does; call what comes back, once, when it can. */
  wait(): () => void
  /** Resolves when nothing has been going on for a turn of the event loop; `butTurns`: nothing but what waits for bots. */
  idle(options?: { butTurns?: boolean }): Promise<void>
}

interface Waiting {
  isQuiet(): boolean
  resolve(): void
}

export const createActivity = (): Activity => {
  let going = 0
  let held = 0
  let waiting: Waiting[] = []

  const fewerGo = () => {
    if (waiting.length === 0) return
    const before = waiting
    waiting = before.filter(({ isQuiet }) => !isQuiet())
    for (const { isQuiet, resolve } of before) if (isQuiet()) resolve()
  }

  const quiet = (isQuiet: () => boolean) =>
    new Promise<void>((resolve) => {
      if (isQuiet()) resolve()
      else waiting.push({ isQuiet, resolve })
    })
  const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

  return {
    begin() {
      going++
      return once(() => {
        going--
        fewerGo()
      })
    },
    wait() {
      held++
      fewerGo()
      return once(() => {
        held--
      })
    },
    // What has just ended may start something else in its continuations, so quiet has to last.
    async idle({ butTurns = false } = {}) {
      const isQuiet = () => going === (butTurns ? held : 0)
      do {
        await quiet(isQuiet)
        await nextTurn()
      } while (!isQuiet())
    },
  }
}

const once = (over: () => void) => {
  let open = true
  return () => {
    if (!open) return
    open = false
    over()
  }
}
