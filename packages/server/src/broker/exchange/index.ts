/** Everything under `daak/`: one file for each row of the table of topics. */
export { createExchange, type DaakExchange, type ExchangeParts } from './create.js'
