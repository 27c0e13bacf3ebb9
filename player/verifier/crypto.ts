import * as ed25519 from '@noble/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { EvidenceCrypto } from '#contracts/evidence';

ed25519.hashes.sha512 = sha512;

/**
 * SHA-256 by the browser where it allows that to a page from a file (it is some ten times faster), Ed25519 always by
 * the library: browsers differ in whether and since when they have it.
 */
export const pageCrypto: EvidenceCrypto = {
  async sha256(...parts) {
    const whole = parts.length === 1 && parts[0] !== undefined ? parts[0] : joined(parts);
    const { subtle } = globalThis.crypto ?? {};
    if (subtle === undefined) return sha256(whole);
    return new Uint8Array(await subtle.digest('SHA-256', whole as Uint8Array<ArrayBuffer>));
  },
  async verify(publicKey, signature, message) {
    try {
      return ed25519.verify(signature, message, publicKey);
    } catch {
      // Of the wrong length, or no point of the curve.
      return false;
    }
  },
};

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
