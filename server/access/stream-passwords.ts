import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { SecretBox } from '#base/secrets';

/**
 * Passwords of tokens for players that know only user and password (RTSP with Digest, for which a server must know the
 * password itself). They are reckoned from a key that only this program has, so none is stored, and whoever reads the
 * database has none; another secret of the token is another password.
 */
export interface StreamPasswords {
  /** 32 characters, for the token with this id and hash of its secret. */
  of(tokenId: string, secretHash: string): string;
}

const KEY_NAME = 'stream-passwords';

export async function createStreamPasswords(
  database: Database,
  clock: Clock,
  secretBox: SecretBox,
): Promise<StreamPasswords> {
  const key = await database.transaction(async (queries) => {
    const stored = await queries.get<{ sealed: Uint8Array }>('SELECT sealed FROM access_keys WHERE name = ?', KEY_NAME);
    if (stored !== undefined) return Buffer.from(secretBox.open(stored.sealed), 'hex');
    const made = randomBytes(32);
    await queries.run(
      'INSERT INTO access_keys (name, sealed, made_ms) VALUES (?, ?, ?)',
      KEY_NAME,
      secretBox.seal(made.toString('hex')),
      clock.now(),
    );
    return made;
  });
  return {
    of: (tokenId, secretHash) =>
      createHmac('sha256', key).update(`${tokenId}:${secretHash}`).digest('base64url').slice(0, 32),
  };
}
