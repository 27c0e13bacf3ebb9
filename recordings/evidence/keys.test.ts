import { createHash, createPublicKey, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import type { Signer } from '../interfaces.ts';
import { type Seal, sealedText } from '../segment-file.ts';
import { createEvidenceKeys } from './keys.ts';
import { loadPublicKeys } from './public-keys.ts';

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
beforeEach(async () => {
  database = await createTemporaryDatabase();
});
afterEach(() => database.close());

const clock = createFakeClock();
const secretBox = createSecretBox(new Uint8Array(32).fill(9));
const keysOf = (box = secretBox) => createEvidenceKeys({ database, secretBox: box, clock, log: silentLogger() });

function sealBy(signer: Signer): Seal {
  const seal = {
    cameraId: 'a',
    role: 'main',
    head: 'ab'.repeat(32),
    fragments: 7,
    timeMs: 5,
    keyId: signer.keyId,
  } as const;
  return { ...seal, signature: signer.sign(sealedText(seal)) };
}

describe('evidence keys', () => {
  it('are made once, kept over a start, and named by their public half', async () => {
    const first = await keysOf();
    const [published] = first.publicKeys();
    const raw = Buffer.from(published?.publicKey ?? '', 'base64');
    expect(raw.byteLength).toBe(32);
    expect(first.signer().keyId).toBe(createHash('sha256').update(raw).digest('hex').slice(0, 16));
    const again = await keysOf();
    expect(again.publicKeys()).toEqual(first.publicKeys());
    expect(first.verify(sealBy(again.signer()))).toBe('good');
  });

  it('sign what others can verify from the published list alone', async () => {
    const keys = await keysOf();
    const seal = sealBy(keys.signer());
    const key = createPublicKey(keys.publicKeys()[0]?.pem ?? '');
    expect(verify(null, Buffer.from(sealedText(seal)), key, Buffer.from(seal.signature, 'base64'))).toBe(true);
  });

  it('refuse every changed field', async () => {
    const keys = await keysOf();
    const seal = sealBy(keys.signer());
    const changes: Partial<Seal>[] = [
      { cameraId: 'b' },
      { role: 'sub' },
      { head: 'cd'.repeat(32) },
      { fragments: 8 },
      { timeMs: 6 },
      { signature: `${seal.signature.startsWith('A') ? 'B' : 'A'}${seal.signature.slice(1)}` },
      { signature: '' },
    ];
    for (const change of changes) expect(keys.verify({ ...seal, ...change }), JSON.stringify(change)).toBe('bad');
    expect(keys.verify({ ...seal, keyId: '0'.repeat(16) })).toBe('unknownKey');
  });

  it('are rotated: the old one verifies and never signs again', async () => {
    const keys = await keysOf();
    const signer = keys.signer();
    const old = sealBy(signer);
    clock.advance(1000);
    const id = await keys.rotate();
    expect(signer.keyId).toBe(id);
    expect(id).not.toBe(old.keyId);
    for (const one of [keys, await keysOf(), await loadPublicKeys(database)]) {
      expect([one.verify(old), one.verify(sealBy(signer))]).toEqual(['good', 'good']);
      expect(one.publicKeys()).toMatchObject([
        { id: old.keyId, retiredMs: clock.now() },
        { id, retiredMs: null },
      ]);
    }
    expect(await database.all('SELECT id FROM evidence_keys WHERE private_key IS NOT NULL')).toEqual([{ id }]);
  });

  it('lie sealed in the database', async () => {
    await keysOf();
    const row = await database.get<{ sealed: Uint8Array }>('SELECT private_key AS sealed FROM evidence_keys');
    const sealed = row?.sealed ?? new Uint8Array();
    expect(Buffer.from(sealed).toString('latin1')).not.toContain('PRIVATE KEY');
    expect(secretBox.open(sealed)).toContain('PRIVATE KEY');
  });

  it('are made anew when the key file is another one, and what was signed stays good', async () => {
    const old = sealBy((await keysOf()).signer());
    const keys = await keysOf(createSecretBox(new Uint8Array(32).fill(1)));
    expect(keys.signer().keyId).not.toBe(old.keyId);
    expect(keys.verify(old)).toBe('good');
  });
});
