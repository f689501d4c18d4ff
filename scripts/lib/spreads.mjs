import ts from 'typescript'

/**
 * Has objects that begin as a copy of another one share a hidden class: `{ ...message, seq }` is built as `{ ...null, ...message, seq }`,
 * which is the same object. V8 copies into a literal that begins with a spread by a way of its own, and on Node 20 it makes a
 * hidden class for each such object, which costs ten times as much, and slows down all code that reads them.
 *
 * @returns {import('tsup').Options['plugins'] extends (infer Plugin)[] | undefined ? Plugin : never}
 */
export const spreadsOfOneShape = () => ({
  name: 'spreads',
  // Lines stay as they are, and with them what source maps say of them.
  renderChunk: (code, { path }) => (path.endsWith('.js') ? { code: withSpreadsOfOneShape(code) } : undefined),
})

/** @param {string} code */
export function withSpreadsOfOneShape(code) {
  const begun = copiesIn(ts.createSourceFile('chunk.js', code, ts.ScriptTarget.ESNext))
  const pieces = [0, ...begun].map((from, at) => code.slice(from, begun[at]))
  return pieces.join('...null, ')
}

/**
 * Where literals begin with a spread that is not all of them.
 *
 * @param {ts.SourceFile} file
 */
function copiesIn(file) {
  /** @type {number[]} */
  const found = []
  /** @param {ts.Node} node */
  const look = (node) => {
    if (ts.isObjectLiteralExpression(node) && node.properties.length > 1) {
      const [first] = node.properties
      if (first && ts.isSpreadAssignment(first)) found.push(first.getStart(file))
    }
    ts.forEachChild(node, look)
  }
  look(file)
  return found
}
