import { isPosition } from '../../persistence/pages.js'
import { badParams } from './failure.js'

const usualLimit = 100

/** A query for a page, with what it leaves out. @throws RpcFailure where no page gave its `after` */
export const queryOf = <T extends { after?: string | undefined; limit?: number | undefined }>(params: T) => {
  const { after, limit = usualLimit, ...filters } = params
  if (after !== undefined && !isPosition(after)) throw badParams('after: must be the next of the page before')
  return { ...given(filters), ...(after !== undefined && { after }), limit }
}

const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>
  }
