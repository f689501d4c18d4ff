import type { PublicState } from '@daakia/protocol'
import type { Hide } from '../authoring/hide.js'

const nothing: PublicState = { value: null, tags: [], accepts: [] }

/** What members may see of a state. */
export function shown(state: PublicState, hide: Hide | undefined): PublicState {
  if (hide === undefined) return state
  if (hide === true) return nothing
  const { states = [], tags = [], events = [] } = hide
  return {
    value: shownValue(state.value, '', states),
    tags: state.tags.filter((tag) => !tags.includes(tag)),
    accepts: state.accepts.filter((type) => !events.includes(type)),
  }
}

/** XState's value of a state, `at` the path that leads there. */
function shownValue(value: unknown, at: string, hidden: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  const pathOf = (name: string) => (at === '' ? name : `${at}.${name}`)
  const names = Object.keys(value)
  const [only = ''] = names
  if (names.length === 1 && hidden.includes(pathOf(only))) return only
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const path = pathOf(name)
      return [name, hidden.includes(path) ? {} : shownValue(inner, path, hidden)]
    }),
  )
}
