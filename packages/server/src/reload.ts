import type { House } from './compose.js'
import type { Doors } from './doors.js'
import { settleLimits } from './limits/settle-limits.js'
import { checkOrigins } from './listen-options.js'
import { accessOf, checkAuthentication, type ServerOptions, type ServerSettings } from './options.js'
import { settleRetention } from './persistence/retention/settings.js'

/** What can become another while a server runs. What is absent stays as it is, though its files are read anew. */
export interface ServerChanges extends Pick<ServerOptions, 'authentication' | 'access' | 'limits' | 'retention'> {
  /** Takes the place of `listen.origins`; empty: those of the same host. */
  origins?: readonly string[]
}

/** Everything is checked before anything changes. @throws OptionsError */
export const reload = async (
  changes: ServerChanges,
  { settings, house, doors }: { settings: ServerSettings; house: House; doors: Doors },
): Promise<void> => {
  const { authentication, access, origins } = changes
  const limits = changes.limits && settleLimits(changes.limits)
  const retention = changes.retention && settleRetention(changes.retention)
  checkOrigins(origins)
  if (authentication) checkAuthentication(authentication)
  const takeCertificate = await doors.readCertificate()
  const takeAuthentication = await house.authentication.read(authentication)
  takeCertificate()
  takeAuthentication()
  if (limits) Object.assign(settings.limits, limits)
  house.accounts.refresh()
  if (retention) {
    Object.assign(settings.retention, retention)
    house.keeper.refresh()
  }
  if (access) house.access.replace(accessOf({ access }))
  if (origins) doors.allow(origins.length > 0 ? origins : undefined)
}
