/** Start codes of Annex B, which have no place in RTP, but which some cameras send. Pure. */

/** Where the next `00 00 01` begins, with the zeros before it; `end` where there is none. */
export function nextStartCode(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from + 2; at < end; ) {
    const byte = bytes[at] ?? 0;
    if (byte > 1) at += 3;
    else if (byte === 1 && bytes[at - 1] === 0 && bytes[at - 2] === 0) {
      let start = at - 2;
      while (start > from && bytes[start - 1] === 0) start -= 1;
      return start;
    } else at += 1;
  }
  return end;
}

/** Behind the start code that `bytes[at]` begins, or `at`. */
export function startCodeEnd(bytes: Uint8Array, at: number, end: number): number {
  let start = at;
  while (start < end && bytes[start] === 0) start += 1;
  return start - at >= 2 && start < end && bytes[start] === 1 ? start + 1 : at;
}
