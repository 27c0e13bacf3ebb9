import * as ed25519 from '@noble/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { EvidenceCrypto } from '#contracts/evidence';
import { joinBytes } from '../ui/join-bytes.ts';

ed25519.hashes.sha512 = sha512;

/**
 * SHA-256 by the browser where it allows that to a page from a file (it is some ten times faster), Ed25519 always by
 * the library: browsers differ in whether and since when they have it.
 */
export const pageCrypto: EvidenceCrypto = {
  async sha256(...parts) {
    const whole = joinBytes(parts);
    const { subtle } = globalThis.crypto ?? {};
    if (subtle === undefined) return sha256(whole);
    return new Uint8Array(await subtle.digest('SHA-256', whole));
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
