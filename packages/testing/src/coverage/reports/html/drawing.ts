import type { ElkEdgeSection, ElkNode, ElkPoint } from 'elkjs/lib/elk-api.js'
import { escaped } from './escape.js'
import { type Arrow, type Box, type Graph, type Line, lineHeight } from './graph.js'
import { isMissed, type Marked, toldOf } from './marks.js'

/** A machine as SVG, laid out by ELK. */
export const drawingOf = async ({ box, arrows }: Graph): Promise<string> => {
  // Loaded here alone: it is large, and whoever wants no page need not wait for it.
  const { default: Elk } = await import('elkjs/lib/elk.bundled.js')
  const graph = { id: 'drawing', layoutOptions: layout, children: [box], edges: [...arrows] }
  const laid = (await new Elk().layout(graph as ElkNode)) as ElkNode & { children: Box[]; edges: Arrow[] }
  const [width, height] = [Math.ceil(laid.width ?? 0), Math.ceil(laid.height ?? 0)]
  const drawn = [...laid.children.map(boxes), ...laid.edges.map(line), ...laid.edges.map(label)].join('\n')
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-label="The machine ${escaped(box.title)}">
${arrowheads}
${drawn}
</svg>`
}

const layout = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '36',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '18',
  'elk.spacing.edgeEdge': '14',
  'elk.spacing.edgeLabel': '4',
  'elk.padding': '[top=8,left=8,bottom=8,right=8]',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
}

const arrowheads = `<defs>${['reached', 'missed']
  .map(
    (name) =>
      `<marker id="${name}-head" class="${name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>`,
  )
  .join('')}</defs>`

const classOf = (mark: Marked | undefined): string => (mark && isMissed(mark) ? 'missed' : 'reached')

/** Whatever is of a target can be gone to by keyboard, once, and leads to its row. */
const linked = (mark: Marked | undefined, content: string, focus = ''): string =>
  mark
    ? `<a href="#${mark.row}" class="${classOf(mark)}"${focus}><title>${escaped(toldOf(mark))}</title>${content}</a>`
    : content

const boxes = (box: Box): string => {
  const inner = (box.children ?? []).map(boxes).join('\n')
  return `${linked(box.mark, shapeOf(box))}${linesIn(box)}\n${inner}`
}

const shapeOf = ({ kind, title, x = 0, y = 0, width = 0, height = 0, mark }: Box): string => {
  const middle = { x: x + width / 2, y: y + height / 2 }
  if (kind === 'begin') return `<circle class="begin" cx="${middle.x}" cy="${middle.y}" r="5"/>`
  if (kind === 'anywhere')
    return `<g class="anywhere"><title>From anywhere in it</title><circle cx="${middle.x}" cy="${middle.y}" r="6"/></g>`
  const frame = `<rect class="box ${kind} ${classOf(mark)}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${kind === 'machine' ? 4 : 8}"/>`
  const ring =
    kind === 'final'
      ? `<rect class="box ring ${classOf(mark)}" x="${x + 3}" y="${y + 3}" width="${width - 6}" height="${height - 6}" rx="6"/>`
      : ''
  const never = mark && isMissed(mark) ? '✗ ' : ''
  return `${frame}${ring}<text class="title ${classOf(mark)}" x="${x + 12}" y="${y + 22}">${escaped(never + title)}</text>`
}

const linesIn = ({ lines, x = 0, y = 0 }: Box): string => texts(lines, { x: x + 12, y: y + 22 + lineHeight }, '⟲ ')

const texts = (lines: readonly Line[], { x, y }: ElkPoint, before = ''): string =>
  lines.map((each, index) => linked(each.mark, textOf(each, { x, y: y + index * lineHeight }, before))).join('')

const textOf = ({ text, isMissed: missed }: Line, { x, y }: ElkPoint, before: string): string =>
  `<text class="label ${missed ? 'missed' : 'reached'}" x="${x}" y="${y}">${escaped(`${missed ? '✗ ' : ''}${before}${text}`)}</text>`

const line = ({ sections = [], mark }: Arrow): string => {
  const paths = sections.map((section) => pathOf(section))
  const drawn = paths.map(
    (path) =>
      `<path class="touch" d="${path}"/><path class="arrow ${classOf(mark)}" d="${path}" marker-end="url(#${classOf(mark)}-head)"/>`,
  )
  return linked(mark, drawn.join(''), ' tabindex="-1"')
}

const pathOf = ({ startPoint, bendPoints = [], endPoint }: ElkEdgeSection): string =>
  [startPoint, ...bendPoints, endPoint].map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('')

const label = ({ labels: [first] = [], lines }: Arrow): string => {
  if (!first) return ''
  const { x = 0, y = 0, width = 0, height = 0 } = first
  return `<rect class="under" x="${x}" y="${y}" width="${width}" height="${height}"/>${texts(lines, { x: x + 4, y: y + 13 })}`
}
