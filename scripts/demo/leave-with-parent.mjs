/** Loaded before each process of the demo: it stops when the demo is gone, however that ended. */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
