/** As many as a Cluster has any use for. */
export const mostPartitions = 1_024

/**
 * The number of the partition that has what belongs to a conversation, or to a client. What is stored lies where this says,
 * so it never changes: FNV-1a over the UTF-16 units, with a final mix.
 */
export const numberOf = (vendor: string, name: string, count: number): number => {
  let hash = mixed(0x811c9dc5, vendor)
  hash = mixed(Math.imul(hash, prime), name)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % count
}

const prime = 0x01000193

const mixed = (before: number, text: string): number => {
  let hash = before
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), prime)
  return hash
}
