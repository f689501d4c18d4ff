import { build } from './build.mjs'
import { install } from './install.mjs'

/** From any state of the clone to installed and built. Where that is so already, it costs a fraction of a second. */
export async function setup() {
  await install()
  await build()
}
