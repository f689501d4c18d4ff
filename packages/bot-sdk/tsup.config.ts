import { defineConfig } from 'tsup'
import { build, takingIn } from '../../tsup.shared.ts'

export default defineConfig(
  takingIn(
    ['chrono-node', 'libphonenumber-js'],
    build({
      entry: {
        index: 'src/index.ts',
        internal: 'src/internal.ts',
        metrics: 'src/middleware/metrics.ts',
        tracing: 'src/middleware/tracing.ts',
      },
    }),
  ),
)
