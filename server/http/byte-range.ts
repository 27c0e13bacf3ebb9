/** Which bytes of a file a request wants (RFC 9110 §14): all, one part, or one that is not there. */
export type ByteRange =
  | { readonly kind: 'all' }
  /** Both included. */
  | { readonly kind: 'part'; readonly from: number; readonly to: number }
  | { readonly kind: 'unsatisfiable' };

const ALL: ByteRange = { kind: 'all' };

/**
 * `ifRange`: the part is wanted only of the version that the client knows (§13.1.5); a date is none, since recordings
 * carry none. What is no single range of bytes is passed over, as §14.2 lets us, and gets everything.
 */
export function byteRangeOf(
  header: string | undefined,
  ifRange: string | undefined,
  file: { readonly size: number; readonly etag: string },
): ByteRange {
  if (header === undefined || (ifRange !== undefined && ifRange !== file.etag)) return ALL;
  const [, first = '', last = ''] = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header) ?? [];
  if (first === '' && last === '') return ALL;
  if (first === '') {
    const count = Math.min(Number(last), file.size);
    return count === 0 ? { kind: 'unsatisfiable' } : { kind: 'part', from: file.size - count, to: file.size - 1 };
  }
  const from = Number(first);
  const to = last === '' ? file.size - 1 : Number(last);
  if (last !== '' && to < from) return ALL;
  if (from >= file.size) return { kind: 'unsatisfiable' };
  return { kind: 'part', from, to: Math.min(to, file.size - 1) };
}
