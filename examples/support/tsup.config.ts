import { defineConfig } from 'tsup'
import { build } from '../../tsup.shared.ts'

export default defineConfig(build({ entry: { main: 'src/main.ts' }, dts: false }))
