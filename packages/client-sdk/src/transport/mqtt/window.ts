/** Lets at most `size` things be under way at a time, those that wait in the order in which they came. */
export const window = (size: number) => {
  let underWay = 0
  const waiting: (() => void)[] = []

  const enter = async () => {
    if (underWay < size) underWay += 1
    else await new Promise<void>((proceed) => waiting.push(proceed))
  }
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else underWay -= 1
  }

  return async <Value>(run: () => Promise<Value>): Promise<Value> => {
    await enter()
    try {
      return await run()
    } finally {
      leave()
    }
  }
}
