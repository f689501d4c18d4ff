import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { createActor, createMachine } from 'xstate'
import { xstateTraps } from './traps/index.js'

vi.mock('xstate', () => {
  const folder = new URL('dist/', pathToFileURL(createRequire(import.meta.url).resolve('xstate/package.json')))
  return import(new URL('xstate.cjs.mjs', folder).href)
})

describe('under the production build of XState', () => {
  test('this is the production build: it warns of nothing', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    createActor(createMachine({ id: 'm' }))
      .start()
      .stop()
      .send({ type: 'late' })
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  xstateTraps()
})
