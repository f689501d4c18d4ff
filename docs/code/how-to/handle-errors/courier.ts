const grams: Readonly<Record<string, number>> = { pizza: 400, piano: 300_000 }

/** @throws RangeError where nobody knows it */
export function gramsOf(thing: string): number {
  const known = grams[thing]
  if (known === undefined) throw new RangeError(`nobody knows what "${thing}" weighs`)
  return known
}

/** Stands for a courier who carries small things only. */
export async function bookCourier(weight: number): Promise<void> {
  if (weight > 10_000) throw new Error('too heavy')
}
