const replaced: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as it stands in HTML and SVG. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => replaced[character] ?? '')
