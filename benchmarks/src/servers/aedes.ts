import { Aedes } from 'aedes'
import { listen } from './listen.js'

const broker = await Aedes.createBroker()
await listen((socket) => broker.handle(socket), process.argv.slice(3))
