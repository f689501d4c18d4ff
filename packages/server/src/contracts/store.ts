import type { Store } from '../persistence/port.js'
import { type ContractKit, contract, type DurableBench } from './kit.js'
import { botStateBehaviours } from './store/bot-states.js'
import { checkpointBehaviours } from './store/checkpoints.js'
import { deadLetterBehaviours } from './store/dead-letters.js'
import { failureBehaviours } from './store/failures.js'
import { findingBehaviours } from './store/finding.js'
import { handoffBehaviours } from './store/handoffs.js'
import { journalBehaviours } from './store/journal.js'
import { memberBehaviours } from './store/members.js'
import { parkingBehaviours } from './store/parking.js'
import { quietBehaviours } from './store/quiet.js'
import { retryBehaviours } from './store/retries.js'
import { tellingFailuresBehaviours } from './store/telling-failures.js'
import { trimmingBehaviours } from './store/trimming.js'
import { turnBehaviours } from './store/turns.js'
import { waitingBehaviours } from './store/waiting.js'

/** What every store does. */
export const storeContract = (kit: ContractKit, open: () => Promise<DurableBench<Store>>): void => {
  contract(kit, 'Store: journals', open, journalBehaviours)
  contract(kit, 'Store: finding in journals', open, findingBehaviours)
  contract(kit, 'Store: trimming', open, trimmingBehaviours)
  contract(kit, 'Store: members', open, memberBehaviours)
  contract(kit, 'Store: what waits', open, waitingBehaviours)
  contract(kit, 'Store: turns', open, turnBehaviours)
  contract(kit, 'Store: checkpoints', open, checkpointBehaviours)
  contract(kit, 'Store: hand-overs', open, handoffBehaviours)
  contract(kit, 'Store: failures', open, failureBehaviours)
  contract(kit, 'Store: telling of failures', open, tellingFailuresBehaviours)
  contract(kit, 'Store: retries', open, retryBehaviours)
  contract(kit, 'Store: waiting for quiet', open, quietBehaviours)
  contract(kit, 'Store: dead letters', open, deadLetterBehaviours)
  contract(kit, 'Store: parked states', open, parkingBehaviours)
  contract(kit, 'Store: states of bots', open, botStateBehaviours)
}
