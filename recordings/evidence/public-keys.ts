import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Queries } from '#base/database';
import { type Seal, sealedText } from '../segment-file.ts';

/** The public halves of all keys that ever signed: enough to verify, for programs that have no key file. */
export interface PublicKeys {
  verify(seal: Seal): Verdict;
  /** As `verify`, for any text and its base64 signature. */
  verifyText(keyId: string, text: string, signature: string): Verdict;
  /** Oldest first, for publication: who has this list needs nothing else of us to verify. */
  publicKeys(): readonly PublicKey[];
}

export type Verdict = 'good' | 'bad' | 'unknownKey';

export interface PublicKey {
  readonly id: string;
  /** The raw 32 bytes, base64. */
  readonly publicKey: string;
  /** SubjectPublicKeyInfo (RFC 8410), as `openssl pkeyutl -verify` reads it. */
  readonly pem: string;
  readonly createdMs: number;
  readonly retiredMs: number | null;
}

interface Row {
  readonly id: string;
  readonly publicKey: Uint8Array;
  readonly createdMs: number;
  readonly retiredMs: number | null;
}

/** What stands before the raw key in a SubjectPublicKeyInfo of Ed25519 (RFC 8410 §4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export async function loadPublicKeys(queries: Queries): Promise<PublicKeys> {
  const rows = await queries.all<Row>(
    `SELECT id, public_key AS publicKey, created_ms AS createdMs, retired_ms AS retiredMs
     FROM evidence_keys ORDER BY created_ms, id`,
  );
  const keys = new Map(rows.map((row) => [row.id, createPublicKeyFrom(row.publicKey)]));
  const views = rows.map(({ publicKey, ...row }) => ({
    ...row,
    publicKey: Buffer.from(publicKey).toString('base64'),
    pem: createPublicKeyFrom(publicKey).export({ format: 'pem', type: 'spki' }).toString(),
  }));

  function verifyText(keyId: string, text: string, signature: string): Verdict {
    const key = keys.get(keyId);
    if (key === undefined) return 'unknownKey';
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64')) ? 'good' : 'bad';
  }

  return {
    verify: (seal) => verifyText(seal.keyId, sealedText(seal), seal.signature),
    verifyText,
    publicKeys: () => views,
  };
}

export function rawKeyOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.byteLength);
}

export function keyIdOf(rawPublicKey: Uint8Array): string {
  return createHash('sha256').update(rawPublicKey).digest('hex').slice(0, 16);
}

function createPublicKeyFrom(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}
