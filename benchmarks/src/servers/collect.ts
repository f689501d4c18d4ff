/** Has this process collect its garbage whenever the benchmark asks for it, and tell what it holds then. */
export const collectWhenAsked = (): void => {
  process.on('message', () => {
    globalThis.gc?.()
    process.send?.(process.memoryUsage())
  })
}
