/** Scripts of Redis lie in files of their own, and come into the program as text. */
declare module '*.lua' {
  const source: string
  // biome-ignore lint/style/noDefaultExport: what bundlers make of a text is its default export
  export default source
}
