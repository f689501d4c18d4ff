import { relative } from 'node:path'
import type { Target } from './target.js'

/** What to type after the project was written, for somebody who is in the folder `from`. */
export function nextSteps({ folder, name }: Target, from: string): string {
  const path = relative(from, folder)
  return `${name} is ready. Next:

${path ? `  cd ${path}\n` : ''}  npm install
  npm test         runs the conversations in test/
  npm run dev      starts a server and your bot; the bot starts anew when you edit it
  npm run chat     talks to it, from another terminal
`
}
