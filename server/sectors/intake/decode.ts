import type { Mapping, RowRepair } from '#contracts/feeds';
import { fromTcvn3, isTcvn3Letter } from './tcvn3.ts';

export interface Decoded {
  readonly text: string;
  readonly encoding: Exclude<Mapping['csv']['encoding'], 'auto'>;
  readonly bom: boolean;
  /** `encoding` where it is not what was agreed or what everybody expects (UTF-8). */
  readonly repairs: readonly RowRepair[];
}

/** Bytes that are looked at to find the encoding. */
const SAMPLE_BYTES = 262_144;
const VIETNAMESE = /[ăâêôơưđáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]/giu;
/** Letters that no western text has. */
const ONLY_VIETNAMESE = /[ăơưđ\u1ea0-\u1ef9]/iu;

/** Text of bytes in whatever encoding offices use. `agreed`: what the mapping says; what was agreed is no repair. */
export function decode(bytes: Uint8Array, agreed: Mapping['csv']['encoding'] = 'auto'): Decoded {
  const found = agreed === 'auto' ? detect(bytes) : agreed;
  const wrong: readonly RowRepair[] = agreed === 'auto' ? ['encoding'] : [];
  switch (found) {
    case 'utf-16': {
      const bigEndian = (bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0 && bytes[1] !== 0);
      const text = new TextDecoder(bigEndian ? 'utf-16be' : 'utf-16le').decode(bytes);
      return { text, encoding: found, bom: true, repairs: wrong };
    }
    case 'windows-1258':
      return { text: composed(bytes), encoding: found, bom: false, repairs: wrong };
    case 'tcvn3': {
      // An editor may have kept the old letters as if they were western ones.
      const text = isUtf8(bytes) ? fromTcvn3(new TextDecoder().decode(bytes)) : fromTcvn3(latin1(bytes));
      return { text, encoding: found, bom: false, repairs: wrong };
    }
    default: {
      const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
      return { text: new TextDecoder().decode(bytes), encoding: 'utf-8', bom, repairs: [] };
    }
  }
}

function detect(bytes: Uint8Array): Decoded['encoding'] {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'utf-16';
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (looksLikeUtf16(sample)) return 'utf-16';
  if (isUtf8(bytes)) return looksLikeOldLetters(new TextDecoder().decode(sample)) ? 'tcvn3' : 'utf-8';
  return score(fromTcvn3(latin1(sample))) > score(composed(sample)) ? 'tcvn3' : 'windows-1258';
}

/** Without a mark at its beginning: every other byte of ASCII is zero. */
function looksLikeUtf16(sample: Uint8Array): boolean {
  if (sample.length < 4 || sample.length % 2 !== 0) return false;
  const zeros = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const half = sample.length / 2;
  const [even = 0, odd = 0] = zeros;
  return (even > half * 0.4 && odd < half * 0.05) || (odd > half * 0.4 && even < half * 0.05);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** UTF-8 that holds TCVN3 letters as western ones, `Phêng Long Xuyªn`. */
function looksLikeOldLetters(text: string): boolean {
  if (ONLY_VIETNAMESE.test(text)) return false;
  const high = Array.from(text).filter((character) => character >= '\u00a1' && character <= '\u00ff');
  // Signs such as ª, ¸ and the soft hyphen are letters there and never stand inside of words elsewhere.
  const inside = text.match(/\p{L}[\u00a1-\u00bf]|[\u00a1-\u00bf]\p{L}/gu)?.length ?? 0;
  return inside > 0 && high.length > 0 && high.filter(isTcvn3Letter).length / high.length > 0.9;
}

/** How much of it could be Vietnamese: letters count, signs and marks that stand alone count against. */
function score(text: string): number {
  const letters = text.match(VIETNAMESE)?.length ?? 0;
  const odd = text.match(/[\u0080-\u00bf\u00d7\u00f7]|\p{M}/gu)?.length ?? 0;
  const capitalsInside = text.match(/\p{Ll}\p{Lu}/gu)?.length ?? 0;
  return letters - 3 * odd - capitalsInside;
}

/** windows-1258 writes tones as marks of their own. */
function composed(bytes: Uint8Array): string {
  return new TextDecoder('windows-1258').decode(bytes).normalize('NFC');
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
