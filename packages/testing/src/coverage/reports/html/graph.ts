import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js'
import type { TransitionTarget } from '../../../machine/targets.js'
import type { DrawnMachine, DrawnState } from '../../collected.js'
import { isMissed, type Marked, type Marks } from './marks.js'

/** A line of text in a drawing, which may be of a target. */
export interface Line {
  text: string
  mark?: Marked | undefined
  isMissed: boolean
}

/** A state as a box. Those that stand for where machines begin, or for all that is in a state, are dots. */
export interface Box extends ElkNode {
  kind: 'state' | 'final' | 'region' | 'history' | 'begin' | 'anywhere' | 'machine'
  title: string
  mark?: Marked | undefined
  /** What it does at events that lead nowhere else. */
  lines: readonly Line[]
  children?: Box[]
}

/** A transition as an arrow. */
export interface Arrow extends ElkExtendedEdge {
  mark?: Marked | undefined
  lines: readonly Line[]
}

export interface Graph {
  box: Box
  arrows: readonly Arrow[]
}

const sizes = { line: 16, letter: 6.4, padding: 12, dot: 14, mostLetters: 34 } as const

/** A machine as boxes and arrows, for a layout to be made of. */
export const graphOf = (machine: DrawnMachine, marks: Marks): Graph => {
  const transitions = marks.transitions(machine.name)
  const children = new Map<string, Box[]>()
  const put = (outer: readonly string[], box: Box) =>
    children.set(key(outer), [...(children.get(key(outer)) ?? []), box])
  const staying = (path: readonly string[]) =>
    transitions.filter(({ target }) => target.targets.length === 0 && key(target.source) === key(path))

  const arrows: Arrow[] = []
  for (const state of machine.states) {
    const outer = state.path.slice(0, -1)
    const stays = staying(state.path).flatMap(({ target, mark }) => linesOf(target, mark, marks))
    put(outer, boxOf(state, marks.state(machine.name, state.path), stays))
    if (!state.isInitial) continue
    // Before its states, as the layout goes by their order.
    children.set(key(outer), [dot(beginId(outer), 'begin'), ...(children.get(key(outer)) ?? [])])
    arrows.push({ id: `${beginId(outer)}>`, sources: [beginId(outer)], targets: [id(state.path)], lines: [] })
  }
  for (const { target, mark } of transitions) {
    for (const [index, to] of target.targets.entries()) {
      const from = isWithin(to, target.source) ? anywhereId(target.source) : id(target.source)
      if (from === anywhereId(target.source) && !has(children, target.source, from))
        put(target.source, dot(from, 'anywhere'))
      const end = isWithin(target.source, to) && has(children, to, beginId(to)) ? beginId(to) : id(to)
      const lines = index === 0 ? linesOf(target, mark, marks) : []
      arrows.push(arrow(`${mark.row}.${index}`, [from, end], mark, lines))
    }
  }
  const title: Line = { text: machine.name, isMissed: false }
  const stays = staying([]).flatMap(({ target, mark }) => linesOf(target, mark, marks))
  const box: Box = {
    ...sized('machine', title.text, stays),
    id: id([]),
    kind: 'machine',
    title: title.text,
    lines: stays,
  }
  return { box: nested(box, [], children), arrows }
}

const key = (path: readonly string[]): string => path.join('.')
const id = (path: readonly string[]): string => `s:${key(path)}`
const beginId = (path: readonly string[]): string => `b:${key(path)}`
const anywhereId = (path: readonly string[]): string => `a:${key(path)}`

/** Whether a state is a part of another one, or is it itself and has parts. */
const isWithin = (path: readonly string[], outer: readonly string[]): boolean =>
  path.length > outer.length && outer.every((name, index) => path[index] === name)

const has = (children: ReadonlyMap<string, readonly Box[]>, outer: readonly string[], box: string): boolean =>
  children.get(key(outer))?.some((each) => each.id === box) ?? false

const nested = (box: Box, path: readonly string[], children: ReadonlyMap<string, Box[]>): Box => {
  const inner = children.get(key(path))
  if (!inner) return box
  const within = inner.map((each) => (each.id.startsWith('s:') ? nested(each, pathOf(each), children) : each))
  const top = sizes.padding + sizes.line * (1 + box.lines.length) + sizes.padding
  const { width: _, height: __, ...rest } = box
  return {
    ...rest,
    children: within,
    layoutOptions: {
      'elk.padding': `[top=${top},left=16,bottom=16,right=16]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${box.width},${box.height})`,
    },
  }
}

const pathOf = ({ id: name }: Box): string[] => name.slice('s:'.length).split('.')

const boxOf = ({ path, type }: DrawnState, mark: Marked | undefined, lines: readonly Line[]): Box => {
  const kind = type === 'final' ? 'final' : type === 'history' ? 'history' : type === 'parallel' ? 'region' : 'state'
  const title = path.at(-1) ?? ''
  return { ...sized(kind, title, lines), id: id(path), kind, title, mark, lines }
}

const sized = (_: Box['kind'], title: string, lines: readonly Line[]) => ({
  width: Math.max(72, bold(title), ...lines.map((line) => widthOf(line) + 2 * sizes.letter)) + 2 * sizes.padding,
  height: sizes.line * (1 + lines.length) + 2 * sizes.padding - 4,
})

const dot = (name: string, kind: 'begin' | 'anywhere'): Box => ({
  ...{ id: name, kind, title: '', lines: [], width: sizes.dot, height: sizes.dot },
})

const arrow = (name: string, [from, to]: readonly [string, string], mark: Marked, lines: readonly Line[]): Arrow => {
  const width = Math.max(0, ...lines.map(widthOf)) + 8
  const labels =
    lines.length > 0 ? [{ id: `${name}.label`, text: ' ', width, height: sizes.line * lines.length + 2 }] : []
  return { id: name, sources: [from], targets: [to], labels, mark, lines }
}

/** What a transition is taken at, and what its guard has never said. */
const linesOf = (target: TransitionTarget, mark: Marked, marks: Marks): Line[] => {
  const guard = target.guard === undefined ? '' : ` [${short(target.guard)}]`
  const never = marks.neverGiven(target).map(({ outcome }) => ({ text: `never ${outcome}`, mark, isMissed: true }))
  const text = short(`${target.event}${guard}`)
  return [{ text, mark, isMissed: isMissed(mark) }, ...(isMissed(mark) && never.length < 2 ? [] : never)]
}

const short = (text: string): string =>
  text.length > sizes.mostLetters ? `${text.slice(0, sizes.mostLetters - 1)}…` : text

/** Roughly: fonts are the reader's own. What was never reached is bold, with a mark before it. */
const widthOf = ({ text, isMissed: missed }: Line): number => (missed ? bold(`✗ ${text}`) : text.length * sizes.letter)
const bold = (text: string): number => text.length * sizes.letter * 1.15
export const lineHeight = sizes.line
