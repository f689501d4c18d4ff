/** In small letters, without white space around it, punctuation at its end and doubled spaces. */
export const bareText = (text: string): string => {
  const bare = text.normalize('NFC').trim().toLowerCase().replace(/\s+/g, ' ')
  return bare === '?' ? bare : bare.replace(/[\s.!?…]+$/u, '')
}
