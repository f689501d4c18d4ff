import type { Clock } from '@daakia/protocol'
import type { Routes } from '../connection-manager/index.js'
import type { Departure } from '../draining/departure.js'
import type { SharedKeyValue } from '../kv/port.js'
import { healthPage, readyPage } from './health-pages.js'
import type { MetricsSources } from './metrics.js'
import { metricsPage } from './metrics-page.js'

export interface PagesOptions extends MetricsSources {
  kv: SharedKeyValue
  clock: Clock
  departure: Pick<Departure, 'isUnderWay'>
  /** What who reads the metrics has to show; without one, it has to be on this machine. */
  metricsToken: string | undefined
}

/** The pages of the HTTP port, for operators. */
export const operatorPages = ({ kv, clock, departure, metricsToken, ...sources }: PagesOptions): Routes =>
  new Map([
    ['/healthz', healthPage],
    ['/readyz', readyPage(kv, clock, departure)],
    ['/metrics', metricsPage(sources, metricsToken)],
  ])
