import type { Expression, Node, ObjectExpression, ObjectProperty } from '@babel/types'

/** What the names of a file stand for, as far as each stands for one thing. */
export type Named = ReadonlyMap<string, Expression>

/** What is written there, whatever types are said of it; what a constant of the same file stands for. */
export const meantBy = (node: Node | null | undefined, named: Named): Node | undefined => {
  switch (node?.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return meantBy(node.expression, named)
    case 'Identifier': {
      const value = named.get(node.name)
      return value && value !== node ? meantBy(value, named) : undefined
    }
    default:
      return node ?? undefined
  }
}

export const objectOf = (node: Node | null | undefined, named: Named): ObjectExpression | undefined => {
  const value = meantBy(node, named)
  return value?.type === 'ObjectExpression' ? value : undefined
}

/** The property of that name; `undefined` where there is none, or where what comes after it may put another in its place. */
export const propertyOf = (object: ObjectExpression, name: string): ObjectProperty | undefined => {
  const index = object.properties.findLastIndex((property) => nameOf(property) === name)
  const property = object.properties[index]
  const isSure = object.properties.slice(index + 1).every((later) => nameOf(later) !== undefined)
  return isSure && property?.type === 'ObjectProperty' ? property : undefined
}

/** The names of its properties, and whether there may be others. */
export const namesIn = (object: ObjectExpression): { names: readonly string[]; isAll: boolean } => {
  const names = object.properties.map(nameOf)
  const known = names.filter((name) => name !== undefined)
  return { names: known, isAll: known.length === names.length }
}

const nameOf = (property: ObjectExpression['properties'][number]): string | undefined => {
  if (property.type === 'SpreadElement') return undefined
  const { key, computed } = property
  if (key.type === 'StringLiteral') return key.value
  if (key.type === 'NumericLiteral') return String(key.value)
  return key.type === 'Identifier' && !computed ? key.name : undefined
}

/** Of one or several, the one at a place; `undefined` where it can't be told which one that is. */
export const elementOf = (node: Node | undefined, index: number): Node | undefined => {
  if (node?.type !== 'ArrayExpression') return index === 0 ? node : undefined
  const before = node.elements.slice(0, index + 1)
  return before.some((element) => element?.type === 'SpreadElement') ? undefined : (node.elements[index] ?? undefined)
}
