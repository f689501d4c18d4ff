import type { HeardMessage } from '../authoring/heard.js'

/** A message of which only the words matter. */
export const writtenAs = (text: string): HeardMessage => ({
  ...{ seq: 0, id: '', from: '', at: 0, type: 'text', payload: text, encoding: 'utf8' as const },
  text,
})
