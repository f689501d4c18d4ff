import type { Roster } from '../../../state/roster/port.js'
import type { LiveSession } from '../port.js'

const conversationsAtOnce = 100

/** The conversation that a name stands for, or with `+` all those of the session's client. */
export async function* conversationsOf(
  roster: Pick<Roster, 'ids'>,
  { name }: LiveSession,
  conversation: string,
): AsyncGenerator<string> {
  if (conversation !== '+') {
    yield conversation
    return
  }
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly string[] = await roster.ids(name.vendor, name.client, after, conversationsAtOnce)
    yield* page
    after = page.at(-1)
  }
}
