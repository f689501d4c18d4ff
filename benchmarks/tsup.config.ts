import { defineConfig } from 'tsup'
import { build } from '../tsup.shared.ts'

const server = (name: string) => ({ [`servers/${name}`]: `src/servers/${name}.ts` })

export default defineConfig(
  build({
    entry: {
      main: 'src/main.ts',
      ...server('daakia'),
      ...server('daakia-redis'),
      ...server('bot'),
      ...server('echo-bot'),
      ...server('turns-bot'),
      ...server('aedes'),
      ...server('aedes-2'),
      ...server('relay'),
      ...server('lmdb'),
    },
    dts: false,
  }),
)
