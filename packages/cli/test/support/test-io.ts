import { tmpdir } from 'node:os'
import { PassThrough } from 'node:stream'
import type { Io, StopSignal } from '../../src/index.js'

/** Streams that a test writes to and reads from. */
export const testIo = (environment: Io['environment'] = {}) => {
  const input = new PassThrough()
  const output = new PassThrough({ encoding: 'utf8' })
  const errors = new PassThrough({ encoding: 'utf8' })
  const listeners = new Set<(signal: StopSignal) => void>()
  const reloads = new Set<() => void>()
  const written = { output: '', errors: '' }
  output.on('data', (text: string) => {
    written.output += text
  })
  errors.on('data', (text: string) => {
    written.errors += text
  })
  const io: Io = {
    input,
    output,
    errors,
    environment,
    folder: tmpdir(),
    onReload(listener) {
      reloads.add(listener)
      return () => reloads.delete(listener)
    },
    onSignal(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    io,
    input,
    output,
    errors,
    written,
    reload: () => {
      for (const listener of [...reloads]) listener()
    },
    signal: (signal: StopSignal) => {
      for (const listener of [...listeners]) listener(signal)
    },
  }
}

/** Resolves with what `stream` has written when `pattern` is in it. */
export const untilWritten = (stream: PassThrough, pattern: RegExp) =>
  new Promise<string>((resolve) => {
    let text = ''
    const hear = (more: string) => {
      text += more
      if (!pattern.test(text)) return
      stream.off('data', hear)
      resolve(text)
    }
    stream.on('data', hear)
  })
