import { onTestFinished } from 'vitest'
import { ReplaceableAccess } from '../../src/broker/index.js'
import { type Authorize, accessBy, type Rule, rules } from '../../src/index.js'
import { type House, type HouseOptions, openHouse } from './house.js'

type Allowed = readonly Rule[] | Authorize

/** A house whose access can be replaced; closed when the test is over. */
export interface RuleHouse {
  readonly house: House
  /** From now on these rules hold. */
  allow(allowed: Allowed): void
  /** Another server over the same storage, under other rules from its start. */
  restart(allowed: Allowed): Promise<RuleHouse>
}

export const openRuleHouse = async (allowed: Allowed, options: HouseOptions = {}): Promise<RuleHouse> => {
  const access = new ReplaceableAccess(accessOf(allowed))
  return ruleHouse(access, await openHouse({ ...options, access }))
}

const ruleHouse = (access: ReplaceableAccess, house: House): RuleHouse => {
  onTestFinished(() => house.close())
  const allow = (allowed: Allowed) => access.replace(accessOf(allowed))
  return {
    house,
    allow,
    async restart(allowed) {
      await house.stop()
      allow(allowed)
      return ruleHouse(access, await house.restart())
    },
  }
}

const accessOf = (allowed: Allowed) => (typeof allowed === 'function' ? accessBy(allowed) : rules(allowed))
