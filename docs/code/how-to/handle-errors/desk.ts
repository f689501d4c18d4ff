/** Stands for the people who are to hear of a failure. */
export async function tellDesk(cause: string | undefined): Promise<void> {
  console.warn('a bot failed', { cause })
}
