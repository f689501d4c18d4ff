import { relative } from 'node:path'
import type { Target } from './target.js'

/** What to type after the project was written. */
export function nextSteps({ folder, name }: Target): string {
  const path = relative(process.cwd(), folder)
  return `${name} is ready. Next:

${path ? `  cd ${path}\n` : ''}  npm install
  npm test         runs the conversation in test/
  npm run dev      starts a server and your bot; both go on as you edit
  npm run chat     talks to it, from another terminal
`
}
