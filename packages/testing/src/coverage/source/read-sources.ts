import { readFile } from 'node:fs/promises'
import { machinesIn, type WrittenMachine } from './machines-in.js'

/** The machines that are written in these files. What can't be read or understood has none. */
export const readSources = async (files: Iterable<string>): Promise<WrittenMachine[]> => {
  const sources = await Promise.all([...files].filter(isSource).map(readOrNothing))
  const making = sources.filter(({ text }) => /createMachine|conversations\(/.test(text))
  if (making.length === 0) return []
  // Loaded here alone: whoever asks for no report need not wait for it.
  const { parse } = await import('@babel/parser')
  return making.flatMap(({ file, text }) => {
    try {
      const plugins = /\.[jt]sx$/.test(file) ? (['typescript', 'jsx'] as const) : (['typescript'] as const)
      return machinesIn(file, parse(text, { sourceType: 'module', plugins: [...plugins] }).program)
    } catch {
      return []
    }
  })
}

const isSource = (file: string): boolean => /\.[cm]?[jt]sx?$/.test(file) && !file.includes('/node_modules/')

const readOrNothing = async (file: string): Promise<{ file: string; text: string }> => {
  const text = await readFile(file, 'utf8').catch(() => '')
  return { file, text }
}
