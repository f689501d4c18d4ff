import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../templates/bot/', import.meta.url))

/** npm leaves a `.gitignore` out of a package, so the template has it under another name. */
const renamed = new Map([['gitignore', '.gitignore']])

/** What stands between double braces in a template's files, such as `{{name}}`. */
export type Values = Readonly<Record<string, string>>

/** Writes the template into `target`, with its placeholders filled. */
export async function writeTemplate(target: string, values: Values): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((entry) => entry.isFile())) {
    const source = join(entry.parentPath, entry.name)
    const file = join(target, relative(folder, entry.parentPath), renamed.get(entry.name) ?? entry.name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, fill(await readFile(source, 'utf8'), values))
  }
}

function fill(text: string, values: Values): string {
  return text.replace(/\{\{(\w+)\}\}/g, (placeholder, key: string) => values[key] ?? placeholder)
}
