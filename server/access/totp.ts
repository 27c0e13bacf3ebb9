import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Clock } from '#base/clock';
import type { Queries } from '#base/database';
import { Fault } from '#base/errors';
import type { SecretBox } from '#base/secrets';
import type { TotpEnrolment } from '#contracts/http';
import { hashSecret } from './random-secret.ts';
import type { User } from './user-store.ts';

/** The second factor: RFC 6238 with what every authenticator app knows (SHA-1, six digits, 30 s). */
export interface SecondFactor {
  /** Keeps a new secret that counts from `confirm` on. */
  enrol(queries: Queries, user: User): Promise<TotpEnrolment>;
  /** Turns the second factor on when `code` fits the new secret; resolves to ten recovery codes. */
  confirm(queries: Queries, user: User, code: string): Promise<readonly string[]>;
  /** Takes a code, or a recovery code; each works once. `undefined` when it is wrong. */
  take(queries: Queries, user: User, code: string): Promise<'code' | 'recovery' | undefined>;
  remove(queries: Queries, userId: string): Promise<void>;
}

const PERIOD_S = 30;
const RECOVERY_CODES = 10;

export function createSecondFactor(clock: Clock, secretBox: SecretBox): SecondFactor {
  /** The number of the step that the code belongs to; the one before and after count, for clocks that differ. */
  function stepOf(sealed: Uint8Array, code: string): number | undefined {
    if (!/^\d{6}$/.test(code)) return undefined;
    const now = clock.now();
    const delta = totpOf(Secret.fromBase32(secretBox.open(sealed)), '').validate({
      token: code,
      timestamp: now,
      window: 1,
    });
    return delta === null ? undefined : Math.floor(now / 1000 / PERIOD_S) + delta;
  }

  return {
    async enrol(queries, user) {
      if (user.totpSecret !== null) {
        throw new Fault('conflict', 'totp.alreadyOn', 'the second factor is on already; turn it off first');
      }
      const secret = new Secret({ size: 20 });
      await queries.run('UPDATE users SET totp_pending = ? WHERE id = ?', secretBox.seal(secret.base32), user.id);
      return { secret: secret.base32, uri: totpOf(secret, user.username).toString() };
    },

    async confirm(queries, user, code) {
      if (user.totpPending === null) {
        throw new Fault('conflict', 'totp.notBegun', 'setting up the second factor was not begun');
      }
      const step = stepOf(user.totpPending, code);
      if (step === undefined) {
        throw new Fault('invalid', 'totp.wrongCode', 'the code does not fit', {
          fields: [{ path: 'code', code: 'totp.wrongCode', message: 'the code does not fit' }],
        });
      }
      await queries.run(
        'UPDATE users SET totp_secret = totp_pending, totp_pending = NULL, totp_last_step = ? WHERE id = ?',
        step,
        user.id,
      );
      await queries.run('DELETE FROM recovery_codes WHERE user_id = ?', user.id);
      const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
      for (const recovery of codes) {
        await queries.run(
          'INSERT INTO recovery_codes (user_id, code_hash) VALUES (?, ?)',
          user.id,
          hashSecret(plainRecovery(recovery)),
        );
      }
      return codes;
    },

    async take(queries, user, code) {
      if (user.totpSecret === null) return undefined;
      const step = stepOf(user.totpSecret, code.replaceAll(' ', ''));
      if (step !== undefined) {
        // RFC 6238 section 5.2: a code is accepted once. The condition decides between two that come together.
        const { changes } = await queries.run(
          'UPDATE users SET totp_last_step = ? WHERE id = ? AND (totp_last_step IS NULL OR totp_last_step < ?)',
          step,
          user.id,
          step,
        );
        return changes > 0 ? 'code' : undefined;
      }
      const { changes } = await queries.run(
        'DELETE FROM recovery_codes WHERE user_id = ? AND code_hash = ?',
        user.id,
        hashSecret(plainRecovery(code)),
      );
      return changes > 0 ? 'recovery' : undefined;
    },

    async remove(queries, userId) {
      await queries.run(
        'UPDATE users SET totp_secret = NULL, totp_pending = NULL, totp_last_step = NULL WHERE id = ?',
        userId,
      );
      await queries.run('DELETE FROM recovery_codes WHERE user_id = ?', userId);
    },
  };
}

function totpOf(secret: Secret, username: string): TOTP {
  return new TOTP({ issuer: 'Tamnhin', label: username, secret, algorithm: 'SHA1', digits: 6, period: PERIOD_S });
}

/** Crockford's base 32: without letters that are taken for digits. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** 80 random bits as `abcd-efgh-jkmn-pqrs`. */
function recoveryCode(): string {
  const letters = Array.from(randomBytes(16), (byte) => ALPHABET[byte % ALPHABET.length] ?? '');
  return (letters.join('').match(/.{4}/g) ?? []).join('-');
}

function plainRecovery(code: string): string {
  return code
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1');
}
