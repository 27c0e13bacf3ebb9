import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** Tried in one go: a telephone must not notice. */
const AT_ONCE = 500;

/**
 * The proof for a puzzle `<challenge>:<bits>`: `<challenge>:<word>` whose SHA-256 begins with so many zero bits. Without
 * the browser's own SHA-256, which is not there where the page comes without TLS.
 */
export async function solvePuzzle(puzzle: string, signal?: AbortSignal): Promise<string> {
  const split = puzzle.lastIndexOf(':');
  const challenge = puzzle.slice(0, split);
  const bits = Number(puzzle.slice(split + 1));
  if (puzzle === '') return '';
  for (let word = 0; ; word += 1) {
    const proof = `${challenge}:${word.toString(36)}`;
    if (zeroBits(sha256(utf8ToBytes(proof))) >= bits) return proof;
    if (word % AT_ONCE === 0) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (signal?.aborted === true) throw new Error('nobody wants it any more');
    }
  }
}

function zeroBits(hash: Uint8Array): number {
  let bits = 0;
  for (const byte of hash) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
