import { defaultScopedLimits, type ScopedLimits } from '../../src/limits/account-limits.js'
import { EmbeddedAccounts } from '../../src/limits/embedded.js'
import { ManualClock } from './manual-clock.js'

/** Accounts with these limits, in virtual time. */
export const accountsOf = (limits: Partial<ScopedLimits> = {}, clock = new ManualClock()): EmbeddedAccounts =>
  new EmbeddedAccounts({ limits: { ...defaultScopedLimits, ...limits }, clock })
