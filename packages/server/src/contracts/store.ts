import type { Store } from '../persistence/port.js'
import { type ContractKit, contract, type DurableBench } from './kit.js'
import { archivingBehaviours } from './store/archiving.js'
import { botStateBehaviours } from './store/bot-states.js'
import { checkpointBehaviours } from './store/checkpoints.js'
import { deadLetterBehaviours } from './store/dead-letters.js'
import { failureBehaviours } from './store/failures.js'
import { findingBehaviours } from './store/finding.js'
import { againBehaviours } from './store/handoffs/again.js'
import { endingBehaviours } from './store/handoffs/ending.js'
import { handingOnBehaviours } from './store/handoffs/handing-on.js'
import { refusingBehaviours } from './store/handoffs/refusing.js'
import { takingBackBehaviours } from './store/handoffs/taking-back.js'
import { thereAndBackBehaviours } from './store/handoffs/there-and-back.js'
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
  contract(kit, 'Store: archiving', open, archivingBehaviours)
  contract(kit, 'Store: members', open, memberBehaviours)
  contract(kit, 'Store: what waits', open, waitingBehaviours)
  contract(kit, 'Store: turns', open, turnBehaviours)
  contract(kit, 'Store: checkpoints', open, checkpointBehaviours)
  contract(kit, 'Store: hand-overs there and back', open, thereAndBackBehaviours)
  contract(kit, 'Store: hand-overs that are taken back', open, takingBackBehaviours)
  contract(kit, 'Store: hand-overs that come again', open, againBehaviours)
  contract(kit, 'Store: hand-overs that are handed on', open, handingOnBehaviours)
  contract(kit, 'Store: hand-overs that may not be', open, refusingBehaviours)
  contract(kit, 'Store: hand-overs that end otherwise', open, endingBehaviours)
  contract(kit, 'Store: failures', open, failureBehaviours)
  contract(kit, 'Store: telling of failures', open, tellingFailuresBehaviours)
  contract(kit, 'Store: retries', open, retryBehaviours)
  contract(kit, 'Store: waiting for quiet', open, quietBehaviours)
  contract(kit, 'Store: dead letters', open, deadLetterBehaviours)
  contract(kit, 'Store: parked states', open, parkingBehaviours)
  contract(kit, 'Store: states of bots', open, botStateBehaviours)
}
