/** The oldest Node that a bot runs on: major and minor. */
const oldest = [20, 19] as const

/** What is wrong with this version of Node, such as `18.2.0`; `undefined` where nothing is. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const fits = major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
  return fits ? undefined : `Daakia needs Node ${oldest.join('.')} or newer, and this is Node ${version}.`
}
