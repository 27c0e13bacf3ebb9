import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault, systemCodeOf } from './errors.ts';

/** Encrypts what must be readable again (camera passwords, feed credentials): AES-256-GCM, a fresh nonce each time. */
export interface SecretBox {
  seal(plain: string): Uint8Array;
  /** Throws `Fault` when the key is another one or a bit was changed. */
  open(sealed: Uint8Array): string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;

export function createSecretBox(key: Uint8Array): SecretBox {
  if (key.byteLength !== KEY_BYTES) throw new RangeError(`the key has ${key.byteLength} bytes, not ${KEY_BYTES}`);
  return {
    seal(plain) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open(sealed) {
      try {
        const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
        decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new Fault('internal', 'secret.unreadable', 'a stored secret cannot be decrypted with this key', {
          cause,
        });
      }
    },
  };
}

/** Reads the key (64 hex digits) from `path`; makes the file, readable by its owner alone, when there is none. */
export async function loadOrCreateKey(path: string): Promise<Uint8Array> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    if (!/^[0-9a-f]{64}$/i.test(text))
      throw new Fault('internal', 'secret.badKeyFile', `${path} does not hold 64 hex digits`);
    return Buffer.from(text, 'hex');
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
  }
  const key = randomBytes(KEY_BYTES);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  await chmod(path, 0o600);
  return key;
}
