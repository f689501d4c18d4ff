import { join } from 'node:path'
import ts from 'typescript'
import type { Example } from './docstrings.js'

/** Where the examples are compiled: beside the prelude, so that they find what its packages find. */
const folder = import.meta.dirname
const prelude = join(folder, 'prelude.ts')

/** What the compiler has against examples: `file:line: message`, a line of the docstring. */
export function problemsIn(root: string, examples: readonly Example[]): string[] {
  const options = optionsOf(root)
  const base = ts.createProgram([prelude], options)
  const names = namesIn(base)
  const sources = new Map(
    examples.map((example, at) => [join(folder, `example-${at}.ts`), { example, ...wrapped(example, names) }]),
  )
  const program = ts.createProgram([...sources.keys()], options, hostOf(options, sources), base)
  return [...sources].flatMap(([path, { example, opening }]) => {
    const file = program.getSourceFile(path)
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
    return found.map(({ start = 0, messageText }) => {
      const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) - opening
      const last = example.code.split('\n').length - 1
      const text = typeof messageText === 'string' ? messageText : messageText.messageText
      return `${example.file}:${example.line + Math.min(Math.max(line, 0), last)}: ${text}`
    })
  })
}

/** As the repository is compiled, but an example need not say which of its imports are types. */
function optionsOf(root: string): ts.CompilerOptions {
  const path = join(root, 'tsconfig.json')
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(path, ts.sys.readFile).config, ts.sys, root)
  return { ...options, verbatimModuleSyntax: false, isolatedModules: false }
}

/** All that the prelude exports. */
function namesIn(program: ts.Program): readonly string[] {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(prelude)
  const module = source && checker.getSymbolAtLocation(source)
  return module ? checker.getExportsOfModule(module).map(({ name }) => name) : []
}

/** The program around an example: its names may hide those of the prelude. */
function wrapped({ code }: Example, names: readonly string[]): { text: string; opening: number } {
  const lines = code.split('\n')
  const imports = lines.filter(isImport)
  const body = lines.map((line) => (isImport(line) ? '' : line.replace(/^export /, '')))
  const [before, after] = placeOf(code)
  const own = new Set(imports.join().match(/\w+/g))
  const others = names.filter((name) => !own.has(name))
  const opening = [
    `import { ${others.join(', ')} } from './prelude.js'`,
    ...imports,
    'export async function example() {',
    before,
  ]
  return { text: [...opening, ...body, after, '}'].join('\n'), opening: opening.length }
}

const isImport = (line: string): boolean => line.startsWith('import ')

/** What stands before and after an example: nothing for statements; for properties, the object that they are of. */
function placeOf(code: string): readonly [before: string, after: string] {
  const [, property] = /^(?:\/\/.*\n)*(\w+): /.exec(code) ?? []
  if (property === undefined) return ['', '']
  if (ofSetup.has(property)) return ['setup({ types: {} as Types,', '})']
  if (ofBot.has(property)) return ["bot({ id: 'order-bot', version: 1, machine,", '})']
  return ['setup({ types: {} as Types, actors }).createMachine({ context: {} as Order, states: { here: {', '} } })']
}

const ofSetup: ReadonlySet<string> = new Set(['actors', 'actions', 'guards', 'delays'])
const ofBot: ReadonlySet<string> = new Set([
  'asides',
  'hide',
  'languages',
  'migrate',
  'overlap',
  'recognise',
  'takesOver',
  'understand',
  'use',
])

function hostOf(options: ts.CompilerOptions, sources: ReadonlyMap<string, { text: string }>): ts.CompilerHost {
  const host = ts.createCompilerHost(options)
  return {
    ...host,
    fileExists: (path) => sources.has(path) || host.fileExists(path),
    readFile: (path) => sources.get(path)?.text ?? host.readFile(path),
    getSourceFile: (path, ...rest) => {
      const source = sources.get(path)
      return source ? ts.createSourceFile(path, source.text, ts.ScriptTarget.ES2022) : host.getSourceFile(path, ...rest)
    },
  }
}
