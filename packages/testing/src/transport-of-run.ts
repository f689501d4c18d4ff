/** Names the transport of all harnesses of a run, for those that give none. */
export const transportVariable = 'DAAKIA_TRANSPORT'

export const transports = ['memory', 'tcp', 'process'] as const

/** How the server of a scene is reached, and where it runs. */
export type TransportName = (typeof transports)[number]

/** The transport of this run; `undefined` where none is given. @throws RangeError where there is none of that name */
export const transportOfRun = (): TransportName | undefined => {
  const given = process.env[transportVariable]
  if (given === undefined || given === '') return undefined
  const found = transports.find((each) => each === given)
  if (found !== undefined) return found
  throw new RangeError(`${transportVariable}: there is no transport "${given}", but ${transports.join(', ')}`)
}

/** The options of a scene, with that of the run where they name no transport. */
export const inTransportOfRun = <T extends { transport?: TransportName }>(options: T): T => {
  const transport = options.transport ?? transportOfRun()
  return transport === undefined ? options : { ...options, transport }
}
