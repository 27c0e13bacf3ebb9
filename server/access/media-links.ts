import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import type { SecretBox } from '#base/secrets';

/** What a signed link says: one stream of one camera, until when, and on whose rights it stands. */
export interface MediaLinkClaims {
  readonly cameraId: string;
  readonly role: 'main' | 'sub';
  readonly expiresMs: number;
  readonly issuer: { readonly kind: 'person' | 'token'; readonly id: string };
}

/** Short-lived tokens for players outside of the console. They are not stored: the signature is what counts. */
export interface MediaLinks {
  sign(claims: MediaLinkClaims): string;
  /** `undefined` for anything that was not signed with the present key, or is over. */
  verify(token: string): MediaLinkClaims | undefined;
  /** Makes all links void once the transaction of `queries` is stored; then call what it resolves to. */
  rotate(queries: Queries): Promise<() => void>;
}

const claimsSchema = z.tuple([
  z.string().min(1),
  z.enum(['main', 'sub']),
  z.number().int(),
  z.enum(['person', 'token']),
  z.string().min(1),
]);

const KEY_NAME = 'media-links';
const MAX_TOKEN = 1024;

export async function createMediaLinks(database: Database, clock: Clock, secretBox: SecretBox): Promise<MediaLinks> {
  let key = await database.transaction(async (queries) => {
    const stored = await queries.get<{ sealed: Uint8Array }>('SELECT sealed FROM access_keys WHERE name = ?', KEY_NAME);
    if (stored !== undefined) return Buffer.from(secretBox.open(stored.sealed), 'hex');
    return makeKey(queries);
  });

  async function makeKey(queries: Queries): Promise<Buffer> {
    const made = randomBytes(32);
    await queries.run('DELETE FROM access_keys WHERE name = ?', KEY_NAME);
    await queries.run(
      'INSERT INTO access_keys (name, sealed, made_ms) VALUES (?, ?, ?)',
      KEY_NAME,
      secretBox.seal(made.toString('hex')),
      clock.now(),
    );
    return made;
  }

  const signatureOf = (payload: string): Buffer => createHmac('sha256', key).update(payload).digest();

  return {
    sign({ cameraId, role, expiresMs, issuer }) {
      const claims: z.input<typeof claimsSchema> = [cameraId, role, expiresMs, issuer.kind, issuer.id];
      const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${payload}.${signatureOf(payload).toString('base64url')}`;
    },

    verify(token) {
      if (token.length > MAX_TOKEN) return undefined;
      const [payload = '', signature = '', more] = token.split('.');
      const given = Buffer.from(signature, 'base64url');
      const right = signatureOf(payload);
      if (more !== undefined || given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      const claims = claimsSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
      if (!claims.success) return undefined;
      const [cameraId, role, expiresMs, kind, id] = claims.data;
      return clock.now() < expiresMs ? { cameraId, role, expiresMs, issuer: { kind, id } } : undefined;
    },

    async rotate(queries) {
      const made = await makeKey(queries);
      return () => {
        key = made;
      };
    },
  };
}
