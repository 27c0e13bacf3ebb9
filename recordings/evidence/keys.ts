import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { Signer } from '../interfaces.ts';
import { keyIdOf, loadPublicKeys, type PublicKeys, rawKeyOf } from './public-keys.ts';

/**
 * The keys that what is recorded and exported is signed by (Ed25519, RFC 8032). One signs at a time; the public halves
 * of all that ever did are kept, so that old recordings can be verified for as long as they exist.
 */
export interface EvidenceKeys extends PublicKeys {
  /** Signs with the key of the moment, also after `rotate`: `keyId` and `sign` change together. */
  signer(): Signer;
  /** Makes a new key; the old one can never sign again. Resolves to the new one's id. */
  rotate(): Promise<string>;
}

interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
}

/** Makes the first key where there is none. */
export async function createEvidenceKeys(options: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<EvidenceKeys> {
  const { database, secretBox, clock, log } = options;

  async function makeKey(queries: Queries): Promise<SigningKey> {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = rawKeyOf(publicKey);
    const id = keyIdOf(raw);
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    await queries.run(
      'UPDATE evidence_keys SET private_key = NULL, retired_ms = ? WHERE retired_ms IS NULL',
      clock.now(),
    );
    await queries.run(
      'INSERT INTO evidence_keys (id, public_key, private_key, created_ms, retired_ms) VALUES (?, ?, ?, ?, NULL)',
      id,
      raw,
      secretBox.seal(pem),
      clock.now(),
    );
    return { id, privateKey };
  }

  /** In one transaction, so that two programs that start at once make one key. */
  async function openOrMake(queries: Queries): Promise<SigningKey> {
    const row = await queries.get<{ id: string; sealed: Uint8Array }>(
      'SELECT id, private_key AS sealed FROM evidence_keys WHERE retired_ms IS NULL AND private_key IS NOT NULL',
    );
    if (row === undefined) return makeKey(queries);
    try {
      return { id: row.id, privateKey: createPrivateKey(secretBox.open(row.sealed)) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // The key file was lost or changed. What was signed stays verifiable; what comes is signed by a new key.
      log.error({ keyId: row.id, reason: messageOf(error) }, 'the signing key cannot be read: a new one is made');
      return makeKey(queries);
    }
  }

  let current = await database.transaction(openOrMake);
  let known = await loadPublicKeys(database);

  return {
    signer: () => ({
      get keyId() {
        return current.id;
      },
      sign: (text) => sign(null, Buffer.from(text), current.privateKey).toString('base64'),
    }),
    async rotate() {
      const made = await database.transaction(makeKey);
      // Known before it signs: a seal must never name a key that cannot be asked for.
      known = await loadPublicKeys(database);
      current = made;
      return made.id;
    },
    verify: (seal) => known.verify(seal),
    verifyText: (keyId, text, signature) => known.verifyText(keyId, text, signature),
    publicKeys: () => known.publicKeys(),
  };
}
