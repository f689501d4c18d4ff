import { cancel, isCancel, text } from '@clack/prompts'
import { nameProblem } from './project-name.js'

/** Asks for the project's name; `undefined` where the user would rather leave. */
export async function askForName(): Promise<string | undefined> {
  const answer = await text({
    message: 'What is your bot called?',
    placeholder: 'my-bot',
    defaultValue: 'my-bot',
    validate: (name) => (name ? nameProblem(name) : undefined),
  })
  if (!isCancel(answer)) return answer
  cancel('Nothing was made.')
  return undefined
}
