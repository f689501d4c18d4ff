/** What can be wrong with what was delivered. */
export type AnomalyKind = 'lost' | 'doubled' | 'reordered' | 'stale'

/** Something that is wrong with what was delivered, in a sentence. */
export interface Anomaly {
  kind: AnomalyKind
  text: string
  /** In a conversation that has ended early it says nothing: what is missing would have come. */
  mayCome?: true
}

/** An entry of a journal, or a message that somebody heard. */
export interface Delivered {
  seq: number
  id: string
  from: string
  text: string
}

export const written = ({ seq, from, text }: Delivered): string => `message ${seq}, ${from}: ${JSON.stringify(text)}`

export const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)
