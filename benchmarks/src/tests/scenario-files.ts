import type { ProjectFiles } from './project.js'

/** Conversations with `examples/order` of six turns, no two of which are the same, spread over files. */
export const scenarioFiles = ({ scenarios, files }: { scenarios: number; files: number }): ProjectFiles => {
  const perFile = Math.ceil(scenarios / files)
  const written = new Map(
    Array.from({ length: files }, (_, file) => [
      `test/orders-${file}.test.ts`,
      textOf(file * perFile, Math.min(scenarios, (file + 1) * perFile)),
    ]),
  )
  return { written, copied: new Map([['src/order.ts', 'examples/order/src/order.ts']]) }
}

const textOf = (first: number, end: number): string => `
import { harness } from '@daakia/testing'
import { test } from 'vitest'
import { order } from '../src/order.js'

const dishes = ['pizza', 'lasagne']
const sizes = ['small', 'medium', 'large']
const counts = ['two', 'three', 'four', 'five', 'six', 'seven']

for (let number = ${first}; number < ${end}; number++) {
  const dish = dishes[number % 2]
  const size = sizes[number % 3]
  const count = counts[number % 6]
  const address = \`\${number} Hill Road\`
  test(\`order \${number}\`, async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Welcome.')
    await ana.toHear('What would you like?\\n1. pizza\\n2. lasagne\\n3. salad')
    await ana.says(\`\${size} \${dish}\`)
    await ana.toHear('How many?')
    await ana.says('many')
    await ana.toHear('"many" is not a whole number from 1 to 12.')
    await ana.toHear('How many?')
    await ana.says(count)
    await ana.toHear('Where to?')
    await ana.says(address)
    await ana.toHear(\`So that is \${count} \${size} \${dish}s to \${address}. Shall I order it?\`)
    await ana.says('yes')
    await ana.toHear(/./)
  })
}
`
