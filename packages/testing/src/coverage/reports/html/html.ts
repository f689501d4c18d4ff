import type { Target } from '../../../machine/targets.js'
import { type Figure, figuresOf, percentOf } from '../../figures.js'
import { type BotReport, placeText } from '../report.js'
import { drawingOf } from './drawing.js'
import { escaped } from './escape.js'
import { graphOf } from './graph.js'
import { isMissed, type Marked, Marks } from './marks.js'
import { script } from './script.js'
import { style } from './style.js'

/** A page of one bot, whole in itself: its machines drawn, with what was never reached in red, and a table of all of it. */
export const htmlReport = async (report: BotReport): Promise<string> => {
  const marks = new Marks(report.reported)
  const drawn = report.machines.filter(({ states }) => states.length > 0)
  const drawings = await Promise.all(drawn.map((machine) => drawingOf(graphOf(machine, marks))))
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Coverage of ${escaped(report.bot)}</title>
<style>${style}</style>
<h1>Coverage of ${escaped(report.bot)}</h1>
${figures(report)}
<p class="key">In a drawing, <span class="reached">reached</span> and <span class="missed">✗ never reached, dashed</span>. ⟲ stays where it is; ● is where it begins; ◌ leads from anywhere in it. Point at something, or go to it with the Tab key, to read how often it was reached and where it stands.</p>
${drawn.map(({ name }, index) => `<h2>${escaped(name)}</h2>\n<div class="drawing" tabindex="0" role="region" aria-label="Drawing of ${escaped(name)}">${drawings[index]}</div>`).join('\n')}
<h2>All of it</h2>
<p><label><input type="checkbox" id="only-missed"> Only what was never reached</label></p>
${table(marks.all)}
<p id="told" role="status"></p>
<script>${script}</script>
</html>
`
}

const figures = ({ reported }: BotReport): string => {
  const items = Object.entries(figuresOf(reported)).filter(([, { total }]) => total > 0)
  return `<ul class="figures">${items.map(([name, figure]) => figureItem(name, figure)).join('')}</ul>`
}

const figureItem = (name: string, figure: Figure): string =>
  `<li class="${figure.reached < figure.total ? 'short' : 'all'}"><b>${percentOf(figure)} %</b> <span>${figure.reached} of ${figure.total} ${name}</span></li>`

const table = (marks: readonly Marked[]): string => `<div class="scroll"><table>
<thead><tr><th>Kind<th>Target<th>Reached<th>Where</tr></thead>
<tbody>
${marks.map(row).join('\n')}
</tbody></table></div>`

const row = (mark: Marked): string => {
  const { target, count, place } = mark.reported
  const text = [target.kind, textOf(target), isMissed(mark) ? '✗ never' : String(count), placeText(place)]
  const [kind = '', told = '', times = '', where = ''] = text.map(escaped)
  return `<tr id="${mark.row}" class="${isMissed(mark) ? 'missed' : 'reached'}"><td>${kind}<td>${told}<td class="count">${times}<td class="place">${where}</tr>`
}

/** Its id, and of a guard without a name what is written there. */
const textOf = (target: Target): string =>
  target.kind === 'guard' && target.id.includes('its guard') ? `${target.id} · ${target.guard}` : target.id
