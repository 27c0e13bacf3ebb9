import type { z } from 'zod';
import type { Database, Queries } from '#base/database';
import { Fault } from '#base/errors';
import type { changePasswordSchema, preferencesSchema, TotpEnabled, TotpEnrolment, UserView } from '#contracts/http';
import type { PersonActor } from './actor.ts';
import type { ActorChanges } from './actor-changes.ts';
import { addressKey } from './addresses.ts';
import type { AuditTrail } from './audit.ts';
import type { Lockout } from './lockout.ts';
import { assertGoodPassword, type Passwords } from './passwords.ts';
import type { Sessions } from './sessions.ts';
import type { SecondFactor } from './totp.ts';
import { findUser, type User, userView } from './user-store.ts';

/** What people do with their own account, whatever their role. */
export interface OwnAccount {
  /** Ends all other sessions of the person. */
  changePassword(actor: PersonActor, body: z.output<typeof changePasswordSchema>): Promise<void>;
  setPreferences(actor: PersonActor, body: z.output<typeof preferencesSchema>): Promise<UserView>;
  beginTotp(actor: PersonActor): Promise<TotpEnrolment>;
  confirmTotp(actor: PersonActor, code: string): Promise<TotpEnabled>;
  /** Needs the password. Whose role demands a second factor can then do nothing but set up another. */
  disableTotp(actor: PersonActor, password: string): Promise<void>;
}

export function createOwnAccount(parts: {
  database: Database;
  trail: AuditTrail;
  passwords: Passwords;
  lockout: Lockout;
  sessions: Sessions;
  secondFactor: SecondFactor;
  changes: ActorChanges;
}): OwnAccount {
  const { database, trail, passwords, lockout, sessions, secondFactor, changes } = parts;

  async function self(actor: PersonActor, queries: Queries = database): Promise<User> {
    const user = await findUser(queries, 'id', actor.userId);
    if (user === undefined) throw new Fault('unauthenticated', 'session.over', 'the account was removed');
    return user;
  }

  /** A session that was left open must not be enough to take the account over, or to guess its password. */
  async function assertPassword(actor: PersonActor, user: User, password: string, field: string): Promise<void> {
    const attempt = lockout.attempt(user.username, addressKey(actor.address));
    const { ok } = await passwords.verify(password, user.passwordHash);
    if (ok) return attempt.succeeded();
    const message = 'the present password is wrong';
    throw new Fault('invalid', 'password.wrong', message, {
      fields: [{ path: field, code: 'password.wrong', message }],
    });
  }

  return {
    async changePassword(actor, body) {
      const user = await self(actor);
      await assertPassword(actor, user, body.current, 'current');
      assertGoodPassword(body.next, user, 'next');
      if (body.next === body.current) {
        const message = 'the new password is the old one';
        throw new Fault('invalid', 'password.same', message, {
          fields: [{ path: 'next', code: 'password.same', message }],
        });
      }
      const hash = await passwords.hash(body.next);
      await database.transaction(async (queries) => {
        await queries.run('UPDATE users SET password_hash = ?, must_change_password = 0 WHERE id = ?', hash, user.id);
        await sessions.endAll(queries, user.id, actor.sessionId);
        await trail.record(queries, { actor, action: 'password.changed' });
      });
      changes.tell({ kind: 'person', userId: user.id });
    },

    async setPreferences(actor, body) {
      const user = await self(actor);
      const { language = user.language, theme = user.theme } = body;
      await database.run('UPDATE users SET language = ?, theme = ? WHERE id = ?', language, theme, user.id);
      return userView({ ...user, language, theme });
    },

    async beginTotp(actor) {
      return database.transaction(async (queries) => secondFactor.enrol(queries, await self(actor, queries)));
    },

    async confirmTotp(actor, code) {
      const recoveryCodes = await database.transaction(async (queries) => {
        const codes = await secondFactor.confirm(queries, await self(actor, queries), code);
        await trail.record(queries, { actor, action: 'totp.enabled' });
        return codes;
      });
      changes.tell({ kind: 'person', userId: actor.userId });
      return { recoveryCodes };
    },

    async disableTotp(actor, password) {
      const user = await self(actor);
      await assertPassword(actor, user, password, 'password');
      await database.transaction(async (queries) => {
        await secondFactor.remove(queries, user.id);
        await trail.record(queries, { actor, action: 'totp.disabled' });
      });
      changes.tell({ kind: 'person', userId: user.id });
    },
  };
}
