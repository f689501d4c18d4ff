import * as z from 'zod'
import type { Around } from '../../authoring/around.js'
import type { FileKind } from '../../languages/answering.js'
import { writingLocale } from '../../languages/writing-locale.js'
import { bodyOfType } from './body.js'
import { withReader } from './own-readers.js'

/**
 * What files are taken.
 *
 * @example
 * const invoices: AttachmentOptions = { mediaTypes: ['application/pdf', 'image/*'], maxBytes: 10_000_000 }
 * ask({ say: 'Send me the invoice.', schema: attachment(invoices) })
 */
export interface AttachmentOptions {
  /** Such as `application/pdf`, or `image/*`; any where not given. */
  mediaTypes?: readonly string[]
  /** As the sender says it; a file whose size is not said is then refused. */
  maxBytes?: number
}

/**
 * A schema for a picture, a sound, a film or a file: the body of a `media` message, with its `url` and `mediaType`. The
 * sender says them: look at what is behind the address before you trust it.
 *
 * @example
 * actors: {
 *   photo: ask({ say: 'Send me a photo of it.', schema: attachment({ mediaTypes: ['image/*'], maxBytes: 5_000_000 }) }),
 * }
 */
export const attachment = ({ mediaTypes = ['*/*'], maxBytes }: AttachmentOptions = {}) =>
  withReader(
    z.object({
      url: z.string().min(1),
      mediaType: z.string().refine((type) => mediaTypes.some((range) => isWithin(type, range))),
      sizeBytes: maxBytes === undefined ? z.int().nonnegative().optional() : z.int().nonnegative().max(maxBytes),
      name: z.string().optional(),
      alt: z.string().optional(),
    }),
    {
      read: (heard) => [bodyOfType(heard, 'media')].filter((body) => body !== undefined),
      find: () => [],
      expected: (around) => {
        const most = maxBytes === undefined ? {} : { most: size(maxBytes, around) }
        return around.language.expected.file(kindOf(mediaTypes), most)
      },
    },
  )

/** Whether `image/png; q=1` is of `image/*`. */
function isWithin(mediaType: string, range: string): boolean {
  const [type = '', subtype = ''] = bare(mediaType)
  const [wantedType, wantedSubtype] = bare(range)
  return (wantedType === '*' || wantedType === type) && (wantedSubtype === '*' || wantedSubtype === subtype)
}

const bare = (mediaType: string): string[] => (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase().split('/')

const kinds: Readonly<Record<string, FileKind>> = { image: 'picture', audio: 'sound', video: 'film' }

function kindOf(mediaTypes: readonly string[]): FileKind {
  const [kind = 'file', ...others] = new Set(mediaTypes.map((range) => kinds[bare(range)[0] ?? ''] ?? 'file'))
  return others.length === 0 ? kind : 'file'
}

function size(bytes: number, around: Around): string {
  const [unit, of] = bytes < 1_000_000 ? (['kilobyte', 1_000] as const) : (['megabyte', 1_000_000] as const)
  const locale = writingLocale(around)
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(bytes / of)
}
