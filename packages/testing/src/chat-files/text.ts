/** Whether a text reads as it was where it stands in a chat file: space at the end of a line is lost there. */
export const isWritable = (text: string): boolean =>
  !text.includes('\r') && text.split('\n').every((line) => line.trimEnd() === line)

/** A pattern that fits just this text, in one line. */
export const exactly = (text: string): string =>
  `/^${text
    .replace(/[\\/^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')}$/`
