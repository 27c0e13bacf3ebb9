/** The two laws of ITU-T G.711: a byte is a sample. By the names of RFC 3551 §4.5.14, in lower case. */
export type G711Law = 'pcma' | 'pcmu';

export const isG711 = (codec: string): codec is G711Law => codec === 'pcma' || codec === 'pcmu';

/** What a track of MP4 is called whose samples were G.711 before, in ASCII: by that it can be told, and turned back. */
export const G711_NAMES: { readonly [law in G711Law]: string } = { pcma: 'G.711 A-law', pcmu: 'G.711 mu-law' };

/**
 * Samples of 16 bits by their byte. A-law has 13 bits of its own and µ-law 14: the lowest three and two are zero.
 */
export const LINEAR_OF_G711: { readonly [law in G711Law]: Int16Array } = {
  pcma: Int16Array.from({ length: 256 }, (_, byte) => linearOfA(byte)),
  pcmu: Int16Array.from({ length: 256 }, (_, byte) => linearOfMu(byte)),
};

/** Table 1a: every second bit comes inverted; a sign, three bits of a segment, four of a step in it. */
function linearOfA(byte: number): number {
  const bits = byte ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 15) << 4) + 8;
  const size = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (bits & 0x80) !== 0 ? size : -size;
}

/** Table 2a: all bits come inverted. */
function linearOfMu(byte: number): number {
  const bits = ~byte & 0xff;
  const size = ((((bits & 15) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
  return (bits & 0x80) !== 0 ? -size : size;
}

const inverses = new Map<G711Law, Uint8Array>();

/** The byte of a sample that is in `LINEAR_OF_G711`, by its 16 bits without sign; of another it means nothing. */
export function g711OfLinear(law: G711Law): Uint8Array {
  let inverse = inverses.get(law);
  if (inverse === undefined) {
    inverse = new Uint8Array(65_536);
    // µ-law has two zeros, which sound alike: the last byte stays, which is the usual one.
    for (const [byte, sample] of LINEAR_OF_G711[law].entries()) inverse[sample & 0xffff] = byte;
    inverses.set(law, inverse);
  }
  return inverse;
}
