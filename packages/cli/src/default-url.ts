/** Where a server on this machine listens, unless it is told otherwise. */
export const defaultUrl = 'mqtt://127.0.0.1:1883'
