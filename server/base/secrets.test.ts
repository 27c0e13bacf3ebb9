import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from './errors.ts';
import { createSecretBox, loadOrCreateKey } from './secrets.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('secret box', () => {
  const box = createSecretBox(new Uint8Array(32).fill(7));

  it('opens what it sealed, and never seals the same way twice', () => {
    const [one, two] = [box.seal('mật khẩu'), box.seal('mật khẩu')];
    expect(box.open(one)).toBe('mật khẩu');
    expect(Buffer.from(one).equals(two)).toBe(false);
  });

  it('refuses a changed bit at any place, another key, and what is too short', () => {
    const sealed = box.seal('secret');
    for (let at = 0; at < sealed.byteLength; at += 1) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => box.open(changed)).toThrow(Fault);
    }
    expect(() => createSecretBox(new Uint8Array(32)).open(sealed)).toThrow(Fault);
    expect(() => box.open(sealed.subarray(0, 5))).toThrow(Fault);
  });
});

describe('key file', () => {
  it('is made once, for the owner alone, and read again', async () => {
    const path = join(folder, 'deep', 'secret.key');
    const made = await loadOrCreateKey(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await loadOrCreateKey(path)).toEqual(made);
  });

  it('is refused when it holds something else', async () => {
    const path = join(folder, 'bad.key');
    await writeFile(path, 'not a key');
    await expect(loadOrCreateKey(path)).rejects.toMatchObject({ code: 'secret.badKeyFile' });
  });
});
