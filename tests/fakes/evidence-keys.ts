import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { EvidenceCrypto } from '#contracts/evidence';
import type { Signer } from '../../recordings/interfaces.ts';

/** The first bytes of a raw Ed25519 public key as SubjectPublicKeyInfo (RFC 8410 §4). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** A real key pair. */
export function createTestKey(): { readonly signer: Signer; readonly publicKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI.byteLength);
  const keyId = createHash('sha256').update(raw).digest('hex').slice(0, 16);
  return {
    publicKey: raw.toString('base64'),
    signer: { keyId, sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64') },
  };
}

/** Node's own cryptography, apart from what the verifier page brings. */
export const nodeCrypto: EvidenceCrypto = {
  async sha256(...parts) {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash.digest();
  },
  async verify(publicKey, signature, message) {
    const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  },
};
