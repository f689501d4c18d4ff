import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Writes the licenses of what others have made and goes into a file of a build beside it: `index.licenses.txt`. What is built of
 * builds has what lies beside those, too.
 *
 * @returns {import('esbuild').Plugin}
 * @throws {Error} where a package has none
 */
export const licensesOfWhatIsBundled = () => ({
  name: 'licenses',
  setup(build) {
    build.initialOptions.metafile = true
    build.onEnd(async ({ metafile }) => {
      for (const [output, { inputs }] of Object.entries(metafile?.outputs ?? {})) {
        const packages = new Set(Object.keys(inputs).flatMap(packageOf))
        const beside = await Promise.all(Object.keys(inputs).map(licensesBeside))
        const texts = [...(await Promise.all([...packages].sort().map(licenseOf))), ...beside.flat()]
        if (texts.length === 0) continue
        // Who asked for the build writes its files, and makes the folder, only afterwards.
        await mkdir(dirname(output), { recursive: true })
        await writeFile(licensesOf(output), `${texts.join('\n\n')}\n`)
      }
    })
  },
})

/** What was written so of a file of another build. @param {string} file @returns {Promise<string[]>} */
const licensesBeside = async (file) => {
  const beside = licensesOf(file)
  return beside !== file && existsSync(beside) ? [(await readFile(beside, 'utf8')).trim()] : []
}

/** @param {string} file */
const licensesOf = (file) => file.replace(/\.c?js$/, '.licenses.txt')

/** The folder of the package that a file is of, where others have made it. @param {string} file */
const packageOf = (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? []

/** @param {string} folder */
const licenseOf = async (folder) => {
  const name = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each))
  const { name: of, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  if (!name) throw new Error(`${of} ${version} has no license in ${folder}`)
  return `${of} ${version}\n\n${(await readFile(join(folder, name), 'utf8')).trim()}`
}
