import type { Command } from 'commander'
import type { MigrateOptions } from '../archive/migrate.js'
import { examples } from './examples.js'

/** `daakia migrate` */
export const addMigrate = (program: Command, run: (options: MigrateOptions) => Promise<void>): void => {
  program
    .command('migrate')
    .description(
      'Move everything from a folder to a Redis, or back, while no server runs. Stopped, it goes on when it is run again.',
    )
    .requiredOption(
      '--from <place>',
      'a data folder, the URL of a Redis, or redis: the one that daakia serve would use',
    )
    .requiredOption('--to <place>', 'the same, of the other kind, and empty')
    .option('--redis-prefix <prefix>', 'what the keys in the Redis begin with (default: daakia:)')
    .option(
      '--config <file>',
      'the configuration that names the Redis; by default daakia.config.ts, .js, .mjs or .json',
    )
    .addHelpText(
      'after',
      examples([
        'daakia migrate --from .daakia --to redis://127.0.0.1:6379',
        'DAAKIA_REDIS=redis://:secret@redis.internal daakia migrate --from redis --to /var/lib/daakia',
      ]),
    )
    .action(({ from, to, redisPrefix, config }: MigrateWords) =>
      run({
        from,
        to,
        ...(redisPrefix !== undefined && { redisPrefix }),
        ...(config !== undefined && { configFile: config }),
      }),
    )
}

interface MigrateWords {
  from: string
  to: string
  redisPrefix?: string
  config?: string
}
