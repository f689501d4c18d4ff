import { describe, expect, test } from 'vitest'
import { type LogOptions, openLog } from '../../src/log/log.js'
import { testIo } from '../support/test-io.js'

const open = (options: LogOptions = {}, { isTTY = false } = {}) => {
  const { io, written } = testIo()
  return { log: openLog(options, { errors: Object.assign(io.errors, { isTTY }) }), written }
}

describe('the log', () => {
  test('writes an object a line, without names of process and machine', () => {
    const { log, written } = open()
    log.warn({ vendor: 'acme', client: 'ana' }, 'Something happened')
    const { time, ...line } = JSON.parse(written.errors)
    expect(line).toEqual({ level: 'warn', vendor: 'acme', client: 'ana', msg: 'Something happened' })
    expect(time).toBeTypeOf('number')
    expect(written.errors.endsWith('}\n')).toBe(true)
  })

  test('is for people at a terminal', () => {
    const { log, written } = open({}, { isTTY: true })
    log.error({ client: 'ana', reason: 'not today', code: 135 }, 'Refused')
    expect(written.errors).toMatch(
      /^\d\d:\d\d:\d\d {2}error {2}Refused {2}client=ana {2}reason="not today" {2}code=135\n$/,
    )
  })

  test('takes the format that it is told to', () => {
    const { log, written } = open({ format: 'json' }, { isTTY: true })
    log.info({}, 'a')
    expect(JSON.parse(written.errors)).toMatchObject({ msg: 'a' })
  })

  test('says what its level lets it, from when that changes', () => {
    const { log, written } = open({ level: 'error', format: 'pretty' })
    log.warn({}, 'unheard')
    log.setLevel('info')
    log.info({}, 'heard')
    log.setLevel('silent')
    log.error({}, 'unheard')
    expect(written.errors).toMatch(/^\S+ {2}info {3}heard\n$/)
  })

  test('keeps to one line whatever it is told', () => {
    const { log, written } = open({ format: 'pretty' })
    log.info({ client: 'ana\n00:00:00  error  forged' }, 'a')
    expect(written.errors.trimEnd().split('\n')).toHaveLength(1)
  })
})
