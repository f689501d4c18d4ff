/** A URL of a Redis as it may be shown. */
export const withoutPassword = (url: string): string => url.replace(/(:\/\/[^:@/]*):[^@]*@/, '$1:(secret)@')
