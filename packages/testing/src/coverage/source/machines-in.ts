import type { CallExpression, Expression, Node, ObjectExpression } from '@babel/types'
import { meantBy, type Named, objectOf, propertyOf } from './literals.js'

/** A call in a source file that makes a machine. */
export interface WrittenMachine {
  file: string
  /** `createMachine` of XState, or `conversations`. */
  by: 'createMachine' | 'conversations'
  config: ObjectExpression
  /** What it is called there; absent where that is not written out. */
  id?: string
  /** Of `setup`. */
  actors?: ObjectExpression
  named: Named
}

/**
 * The machines that are written in a file of JavaScript or TypeScript.
 *
 * @param parse gives its tree; @throws where it can't
 */
export const machinesIn = (file: string, tree: Node): WrittenMachine[] => {
  const nodes = [...nodesUnder(tree)]
  const named = namesIn(nodes)
  return nodes.flatMap((node) => (node.type === 'CallExpression' ? writtenBy(node, file, named) : []))
}

const writtenBy = (call: CallExpression, file: string, named: Named): WrittenMachine[] => {
  const { callee } = call
  const by = nameOfCallee(callee)
  const config = objectOf(call.arguments[0], named)
  if ((by !== 'createMachine' && by !== 'conversations') || !config) return []
  const id = meantBy(propertyOf(config, 'id')?.value, named)
  const actors = callee.type === 'MemberExpression' ? actorsOf(callee.object, named) : undefined
  return [{ file, by, config, named, ...(id?.type === 'StringLiteral' && { id: id.value }), ...(actors && { actors }) }]
}

const nameOfCallee = (callee: CallExpression['callee']): string | undefined => {
  if (callee.type === 'Identifier') return callee.name
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : undefined
}

/** `actors` of the `setup` that a machine is made with. */
const actorsOf = (made: Node, named: Named): ObjectExpression | undefined => {
  const call = meantBy(made, named)
  const options = call?.type === 'CallExpression' ? objectOf(call.arguments[0], named) : undefined
  return options && objectOf(propertyOf(options, 'actors')?.value, named)
}

/** Constants, as far as their names stand for one thing in the file. */
const namesIn = (nodes: readonly Node[]): Named => {
  const constants = new Map<string, Expression>()
  const declared = new Map<string, number>()
  for (const node of nodes) {
    for (const name of namesDeclaredBy(node)) declared.set(name, (declared.get(name) ?? 0) + 1)
    if (node.type !== 'VariableDeclaration' || node.kind !== 'const') continue
    for (const { id, init } of node.declarations) if (id.type === 'Identifier' && init) constants.set(id.name, init)
  }
  return new Map([...constants].filter(([name]) => declared.get(name) === 1))
}

/** Of what is not a plain name, all names in it: some of them too many do no harm. */
const namesDeclaredBy = (node: Node): string[] => {
  if (node.type === 'VariableDeclarator') return identifiersIn([node.id])
  if ('params' in node && Array.isArray(node.params)) return identifiersIn(node.params as Node[])
  return []
}

const identifiersIn = (nodes: readonly Node[]): string[] =>
  nodes.flatMap((node) => [...nodesUnder(node)].flatMap((each) => (each.type === 'Identifier' ? [each.name] : [])))

function* nodesUnder(node: Node): Generator<Node> {
  yield node
  for (const value of Object.values(node)) {
    for (const child of [value].flat()) if (isNode(child)) yield* nodesUnder(child)
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value
