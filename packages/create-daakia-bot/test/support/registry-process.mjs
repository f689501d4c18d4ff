import { runServer } from 'verdaccio'

/** A registry in a process of its own, which ends with the one that started it. */
const [configFile] = process.argv.slice(2)
const registry = await runServer(configFile)
registry.listen(0, '127.0.0.1', () => process.send?.(registry.address().port))
process.once('disconnect', () => process.exit())
