/** Where the server of a scene is reached. */
export const loopback = '127.0.0.1'

export const urlOf = (port: number): URL => new URL(`mqtt://${loopback}:${port}`)
