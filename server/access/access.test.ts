import { TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import type { Grant } from '#contracts/access';
import { auditQuerySchema, tokenInputSchema, userInputSchema } from '#contracts/http';
import { accessSection } from '../../config/sections/access.ts';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { type Access, type AccessOptions, createAccess, type SignedIn } from './access.ts';
import { type ActorChange, SYSTEM } from './actor.ts';
import { cameraTarget, can } from './can.ts';

const ADMIN_PASSWORD = 'đèn biển Vũng Tàu';
const OTHER_PASSWORD = 'tám con mèo xanh';
const THIRD_PASSWORD = 'correct horse battery';
const client = { address: '10.0.0.1', userAgent: 'Firefox' };
const secretBox = createSecretBox(new Uint8Array(32).fill(3));
const groupsAbove = (groupId: string): readonly string[] => (groupId === 'harbour' ? ['harbour', 'city'] : [groupId]);
const pier = cameraTarget({ id: 'pier', groupId: 'harbour' }, groupsAbove);
const administrator: Grant = { role: 'administrator', scope: { kind: 'all' } };

let clock: FakeClock;
let database: Database;
let access: Access;
let changes: ActorChange[];

async function start(config: Record<string, unknown> = {}, more: Partial<AccessOptions> = {}): Promise<Access> {
  const started = await createAccess({
    database,
    config: accessSection.parse({ adminPassword: ADMIN_PASSWORD, ...config }),
    clock,
    log: silentLogger(),
    secretBox,
    groupsAbove,
    passwordCost: 2 ** 10,
    ...more,
  });
  started.onActorChanged((change) => changes.push(change));
  return started;
}

beforeEach(async () => {
  clock = createFakeClock();
  database = await createTemporaryDatabase();
  changes = [];
  access = await start();
});
afterEach(async () => {
  await access.close();
  expect(clock.pending()).toBe(0);
  expect(await access.audit.verify()).toMatchObject({ ok: true });
  await database.close();
});

const signIn = (username = 'admin', password = ADMIN_PASSWORD, code?: string, from = client): Promise<SignedIn> =>
  access.signIn({ username, password, code }, from);
const asPerson = (cookie: string): ReturnType<Access['authenticate']> =>
  access.authenticate({ sessionCookie: cookie }, client);
const asToken = (secret: string, address = client.address): ReturnType<Access['authenticate']> =>
  access.authenticate({ authorization: `Bearer ${secret}` }, { ...client, address });
const actions = async (): Promise<string[]> =>
  (await access.audit.query(auditQuerySchema.parse({}))).map((entry) => entry.action);

/** An account whose password is its own already. */
async function createLan(
  grants: Grant[] = [{ role: 'operator', scope: { kind: 'group', groupId: 'city' } }],
): Promise<string> {
  const { id } = await access.users.create(
    SYSTEM,
    userInputSchema.parse({ username: 'lan', displayName: 'Lan', grants, password: OTHER_PASSWORD }),
  );
  const { actor } = await signIn('lan', OTHER_PASSWORD);
  await access.changePassword(actor, { current: OTHER_PASSWORD, next: THIRD_PASSWORD });
  await access.signOut(actor);
  changes.length = 0;
  return id;
}

describe('the first start', () => {
  beforeEach(async () => {
    await access.close();
    await database.close();
    database = await createTemporaryDatabase();
    access = await start({ adminPassword: undefined });
  });
  const body = { username: 'minh', displayName: 'Minh', password: ADMIN_PASSWORD };

  it('has no account at all: only the printed link makes one, once', async () => {
    expect(await access.users.list()).toEqual([]);
    expect(await access.sessionView(null, { demo: false, version: '1' })).toMatchObject({
      setupNeeded: true,
      user: null,
    });
    await expect(signIn('admin', 'admin')).rejects.toMatchObject({ code: 'access.wrongPassword' });

    const token = access.setupToken() ?? '';
    expect(token.length).toBeGreaterThanOrEqual(43);
    await expect(access.setup({ ...body, token: 'guess' }, client)).rejects.toMatchObject({ code: 'setup.wrongToken' });
    await expect(access.setup({ ...body, token, password: 'password1234' }, client)).rejects.toMatchObject({
      code: 'password.common',
    });

    const { actor, cookie } = await access.setup({ ...body, token }, client);
    expect(can(actor, 'user.manage', { kind: 'system' })).toBe(true);
    expect(await asPerson(cookie)).toEqual(actor);
    expect(access.setupToken()).toBeNull();
    await expect(access.setup({ ...body, token, username: 'eve' }, client)).rejects.toMatchObject({
      code: 'setup.done',
    });
    expect(await access.sessionView(actor, { demo: false, version: '1' })).toMatchObject({
      setupNeeded: false,
      user: { username: 'minh', hasTotp: false },
      csrfToken: actor.csrfToken,
    });
  });

  it('makes one administrator of two visitors who use the link at the same time', async () => {
    const token = access.setupToken() ?? '';
    const both = await Promise.allSettled(
      ['minh', 'eve'].map((username) => access.setup({ ...body, token, username }, client)),
    );
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await access.users.list()).toHaveLength(1);
  });

  it('refuses a weak password for `admin` from the environment, and ignores one once there is an account', async () => {
    await expect(start({ adminPassword: 'admin123456!' })).rejects.toMatchObject({ kind: 'invalid' });
    await (await start()).close();
    const again = await start({ adminPassword: OTHER_PASSWORD });
    await again.close();
    expect((await again.users.list()).map((user) => user.username)).toEqual(['admin']);
    await expect(signIn('admin', OTHER_PASSWORD)).rejects.toMatchObject({ code: 'access.wrongPassword' });
  });
});

describe('signing in', () => {
  it('says the same of a wrong name, a wrong password and a disabled account', async () => {
    const id = await createLan();
    await access.users.update(
      SYSTEM,
      id,
      userInputSchema.parse({ username: 'lan', displayName: 'Lan', enabled: false }),
    );
    const faults = await Promise.all(
      [signIn('nobody', ADMIN_PASSWORD), signIn('admin', 'wrong'), signIn('lan', THIRD_PASSWORD)].map((attempt) =>
        attempt.catch(({ kind, code, message }: { kind: string; code: string; message: string }) => ({
          kind,
          code,
          message,
        })),
      ),
    );
    expect(faults[0]).toEqual({ kind: 'unauthenticated', code: 'access.wrongPassword', message: expect.any(String) });
    expect(faults[1]).toEqual(faults[0]);
    expect(faults[2]).toEqual(faults[0]);
  });

  it('makes whoever guesses wait, and tells how long', async () => {
    for (let n = 0; n < 5; n += 1) await signIn('admin', 'wrong').catch(() => {});
    await expect(signIn()).rejects.toMatchObject({ kind: 'tooMany', code: 'access.wait', retryAfterMs: 1000 });
    clock.advance(1000);
    await signIn();
  });

  it('writes down attempts, but never what was typed', async () => {
    await signIn('đèn biển', 'wrong').catch(() => {});
    await signIn('admin', 'my secret words').catch(() => {});
    await signIn();
    const entries = await access.audit.query(auditQuerySchema.parse({ limit: 3 }));
    expect(entries.map(({ actor, action, address }) => [actor, action, address])).toEqual([
      ['admin', 'session.began', '10.0.0.1'],
      ['admin', 'session.refused', '10.0.0.1'],
      ['unknown', 'session.refused', '10.0.0.1'],
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/đèn|secret words/);
  });

  it('renews a hash of older cost', async () => {
    const hash = async (): Promise<string | undefined> =>
      (await database.get<{ hash: string }>("SELECT password_hash AS hash FROM users WHERE username = 'admin'"))?.hash;
    expect(await hash()).toMatch(/^scrypt\$1024\$/);
    await access.close();
    access = await start({}, { passwordCost: 2 ** 11 });
    await signIn();
    expect(await hash()).toMatch(/^scrypt\$2048\$/);
    await signIn();
  });

  it('keeps neither cookie, nor token, nor csrf token in the database', async () => {
    const { cookie, actor } = await signIn();
    const { secret } = await access.tokens.create(
      actor,
      tokenInputSchema.parse({ name: 'x', permissions: ['camera.view'], scopes: [{ kind: 'all' }], days: 1 }),
    );
    const tables = await database.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
    const dump = (await Promise.all(tables.map(({ name }) => database.all(`SELECT * FROM "${name}"`)))).flat();
    for (const planted of [cookie, actor.csrfToken, secret, ADMIN_PASSWORD]) {
      expect(JSON.stringify(dump)).not.toContain(planted);
    }
  });
});

describe('sessions', () => {
  it('end at their latest moment, however busy', async () => {
    const { cookie } = await signIn();
    for (let hour = 0; hour < 11; hour += 1) {
      clock.advance(3_600_000);
      expect(await asPerson(cookie)).not.toBeNull();
    }
    clock.advance(3_600_000);
    expect(await asPerson(cookie)).toBeNull();
  });

  it('end when idle, and looking again for an open connection is not use', async () => {
    const { cookie, actor } = await signIn();
    clock.advance(479 * 60_000);
    expect(await access.revalidate(actor)).toEqual(actor);
    clock.advance(60_000);
    expect(await asPerson(cookie)).toBeNull();
    expect(await access.revalidate(actor)).toBeNull();
  });

  it('are listed, and ended one by one; others are told', async () => {
    const mine = await signIn();
    const other = await signIn('admin', ADMIN_PASSWORD, undefined, { address: '::ffff:10.0.0.9', userAgent: 'Phone' });
    const list = await access.sessions.list(mine.actor, mine.actor.userId);
    expect(list.find((session) => session.current)?.id).toBe(mine.actor.sessionId);
    expect(list.find((session) => !session.current)).toMatchObject({ address: '10.0.0.9', userAgent: 'Phone' });

    await access.sessions.end(mine.actor, mine.actor.userId, other.actor.sessionId);
    expect(changes).toEqual([{ kind: 'person', userId: mine.actor.userId, sessionId: other.actor.sessionId }]);
    expect(await asPerson(other.cookie)).toBeNull();
    expect(await asPerson(mine.cookie)).not.toBeNull();
    await expect(access.sessions.end(mine.actor, mine.actor.userId, 'gone')).rejects.toMatchObject({
      kind: 'notFound',
    });
    await access.signOut(mine.actor);
    expect(await asPerson(mine.cookie)).toBeNull();
  });

  it('of a person are all ended at once', async () => {
    const [one, two] = [await signIn(), await signIn()];
    await access.sessions.endAll(one.actor, one.actor.userId);
    expect(changes).toEqual([{ kind: 'person', userId: one.actor.userId, shutOut: true }]);
    expect(await asPerson(one.cookie)).toBeNull();
    expect(await asPerson(two.cookie)).toBeNull();
    await expect(access.sessions.endAll(one.actor, 'gone')).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('are at most fifty for a person, and deleted when over', async () => {
    const first = await signIn();
    for (let n = 0; n < 50; n += 1) {
      clock.advance(1000);
      await signIn();
    }
    expect(await asPerson(first.cookie)).toBeNull();
    const count = async (): Promise<unknown> =>
      (await database.get<{ n: number }>('SELECT COUNT(*) AS n FROM sessions'))?.n;
    expect(await count()).toBe(50);
    clock.advance(13 * 3_600_000);
    // The sweep is in the writer's queue by now; an own write stands behind it.
    await database.run('DELETE FROM sessions WHERE id = ?', 'none');
    expect(await count()).toBe(0);
  });

  it('carry a token against forged requests that belongs to them alone', async () => {
    const one = await signIn();
    const other = await signIn();
    expect(access.matchesCsrf(one.actor, one.actor.csrfToken)).toBe(true);
    for (const wrong of [undefined, '', other.actor.csrfToken, one.cookie, `${one.actor.csrfToken}x`]) {
      expect(access.matchesCsrf(one.actor, wrong)).toBe(false);
    }
  });

  it.each(['', 'x', 'a'.repeat(10_000), "' OR 1=1 --"])('are not opened by the cookie %j', async (cookie) => {
    await signIn();
    expect(await asPerson(cookie)).toBeNull();
  });
});

describe('passwords', () => {
  it('are changed with the present one, and all other sessions end', async () => {
    const mine = await signIn();
    const other = await signIn();
    const change = (current: string, next: string): Promise<void> =>
      access.changePassword(mine.actor, { current, next });
    await expect(change('wrong', OTHER_PASSWORD)).rejects.toMatchObject({ code: 'password.wrong' });
    await expect(change(ADMIN_PASSWORD, ADMIN_PASSWORD)).rejects.toMatchObject({ code: 'password.same' });
    await expect(change(ADMIN_PASSWORD, 'password1234')).rejects.toMatchObject({ code: 'password.common' });
    await change(ADMIN_PASSWORD, OTHER_PASSWORD);
    expect(await asPerson(mine.cookie)).not.toBeNull();
    expect(await asPerson(other.cookie)).toBeNull();
    await expect(signIn()).rejects.toMatchObject({ code: 'access.wrongPassword' });
    await signIn('admin', OTHER_PASSWORD);
  });

  it('that somebody else set must be changed before anything else', async () => {
    await access.users.create(
      SYSTEM,
      userInputSchema.parse({ username: 'lan', displayName: 'Lan', grants: [administrator], password: OTHER_PASSWORD }),
    );
    const { actor, cookie } = await signIn('lan', OTHER_PASSWORD);
    expect(await access.sessionView(actor, { demo: false, version: '1' })).toMatchObject({
      mustChangePassword: true,
      permissions: [],
    });
    expect(can(actor, 'camera.view', pier)).toBe(false);
    await access.changePassword(actor, { current: OTHER_PASSWORD, next: THIRD_PASSWORD });
    const now = await asPerson(cookie);
    expect(now && can(now, 'camera.view', pier)).toBe(true);
  });

  it('cannot be guessed from a session that was left open', async () => {
    const { actor } = await signIn();
    for (let n = 0; n < 5; n += 1) await access.disableTotp(actor, 'wrong').catch(() => {});
    await expect(access.disableTotp(actor, ADMIN_PASSWORD)).rejects.toMatchObject({ code: 'access.wait' });
  });
});

describe('the second factor', () => {
  const codeAt = (secret: string, timestamp: number): string => new TOTP({ secret }).generate({ timestamp });

  async function enrol(): Promise<{ secret: string; recoveryCodes: readonly string[]; actor: SignedIn['actor'] }> {
    const { actor } = await signIn();
    const { secret, uri } = await access.beginTotp(actor);
    expect(uri).toBe(`otpauth://totp/Tamnhin:admin?issuer=Tamnhin&secret=${secret}&algorithm=SHA1&digits=6&period=30`);
    await expect(access.confirmTotp(actor, '000000')).rejects.toMatchObject({ code: 'totp.wrongCode' });
    const { recoveryCodes } = await access.confirmTotp(actor, codeAt(secret, clock.now()));
    return { secret, recoveryCodes, actor };
  }

  it('is asked for after the password, one step early or late at most, and no code twice', async () => {
    const { secret } = await enrol();
    await expect(signIn()).rejects.toMatchObject({ kind: 'unauthenticated', code: 'access.codeNeeded' });
    await expect(signIn('admin', 'wrong')).rejects.toMatchObject({ code: 'access.wrongPassword' });
    // The code that switched it on is spent.
    await expect(signIn('admin', ADMIN_PASSWORD, codeAt(secret, clock.now()))).rejects.toMatchObject({
      code: 'access.wrongCode',
    });
    clock.advance(300_000);
    const at = async (offsetMs: number): Promise<string> => {
      try {
        await signIn('admin', ADMIN_PASSWORD, codeAt(secret, clock.now() + offsetMs));
        return 'in';
      } catch (error) {
        clock.advance(300_000);
        return (error as { code: string }).code;
      }
    };
    expect(await at(-60_000)).toBe('access.wrongCode');
    expect(await at(60_000)).toBe('access.wrongCode');
    expect(await at(-30_000)).toBe('in');
    expect(await at(30_000)).toBe('in');
    // Older than the last one that was taken, though still within its time.
    expect(await at(0)).toBe('access.wrongCode');
  });

  it('takes one of two equal codes that come at the same time', async () => {
    const { secret } = await enrol();
    clock.advance(60_000);
    const code = codeAt(secret, clock.now());
    const both = await Promise.allSettled([
      signIn('admin', ADMIN_PASSWORD, code),
      signIn('admin', ADMIN_PASSWORD, code),
    ]);
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  });

  it('gives ten recovery codes, each good once, however it is typed', async () => {
    const { recoveryCodes } = await enrol();
    expect(new Set(recoveryCodes).size).toBe(10);
    const [first = '', second = ''] = recoveryCodes;
    expect(first).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/);
    await signIn('admin', ADMIN_PASSWORD, first);
    await expect(signIn('admin', ADMIN_PASSWORD, first)).rejects.toMatchObject({ code: 'access.wrongCode' });
    await signIn('admin', ADMIN_PASSWORD, second.toUpperCase().replaceAll('-', ' '));
  });

  it('cannot be guessed by asking for it again and again', async () => {
    await enrol();
    for (let n = 0; n < 5; n += 1) {
      await signIn().catch(() => {});
      await signIn('admin', ADMIN_PASSWORD, '000000').catch(() => {});
    }
    await expect(signIn('admin', ADMIN_PASSWORD, '000000')).rejects.toMatchObject({ code: 'access.wait' });
  });

  it('is sealed in the database, cannot be replaced by a second one, and goes with the password', async () => {
    const { secret, actor } = await enrol();
    const row = await database.get<{ sealed: Uint8Array }>('SELECT totp_secret AS sealed FROM users');
    expect(Buffer.from(row?.sealed ?? []).includes(secret)).toBe(false);
    await expect(access.beginTotp(actor)).rejects.toMatchObject({ code: 'totp.alreadyOn' });
    await expect(access.disableTotp(actor, 'wrong')).rejects.toMatchObject({ code: 'password.wrong' });
    await access.disableTotp(actor, ADMIN_PASSWORD);
    await signIn();
  });

  it('of a person who lost it is reset by another', async () => {
    const { actor } = await enrol();
    await access.users.resetTotp(SYSTEM, actor.userId);
    await signIn();
    expect(await actions()).toContain('totp.reset');
  });

  it('that a role demands comes before anything else', async () => {
    await access.close();
    access = await start({ totpRoles: ['administrator'] });
    const { actor, cookie } = await signIn();
    expect(actor.mustEnrolTotp).toBe(true);
    expect(can(actor, 'camera.view', pier)).toBe(false);
    const { secret } = await access.beginTotp(actor);
    await access.confirmTotp(actor, codeAt(secret, clock.now()));
    const now = await asPerson(cookie);
    expect(now && can(now, 'camera.view', pier)).toBe(true);
  });
});

describe('people', () => {
  const input = (more: Record<string, unknown> = {}): ReturnType<typeof userInputSchema.parse> =>
    userInputSchema.parse({ username: 'lan', displayName: 'Lan', ...more });

  it('are made, found, changed and removed, and the audit knows', async () => {
    const { actor } = await signIn();
    const made = await access.users.create(actor, input({ password: OTHER_PASSWORD, grants: [administrator] }));
    expect(made).toMatchObject({ username: 'lan', enabled: true, grants: [administrator], lastSignInMs: null });
    expect(await access.users.get(made.id)).toEqual(made);
    expect((await access.users.list()).map(({ username }) => username)).toEqual(['admin', 'lan']);
    const changed = await access.users.update(actor, made.id, input({ displayName: 'Lan Anh' }));
    expect(changed).toMatchObject({ displayName: 'Lan Anh', grants: [] });
    await access.users.remove(actor, made.id);
    await expect(access.users.get(made.id)).rejects.toMatchObject({ kind: 'notFound' });
    expect((await actions()).slice(0, 3)).toEqual(['user.removed', 'user.changed', 'user.created']);
  });

  it('need a password of their own and a free username, and nothing is half-saved', async () => {
    await expect(access.users.create(SYSTEM, input())).rejects.toMatchObject({ code: 'user.passwordMissing' });
    await expect(access.users.create(SYSTEM, input({ password: 'password1234' }))).rejects.toMatchObject({
      code: 'password.common',
    });
    await expect(
      access.users.create(SYSTEM, input({ username: 'admin', password: OTHER_PASSWORD })),
    ).rejects.toMatchObject({ kind: 'conflict', code: 'user.usernameTaken' });
    const id = await createLan();
    await expect(
      access.users.update(SYSTEM, id, input({ username: 'admin', grants: [administrator] })),
    ).rejects.toMatchObject({ code: 'user.usernameTaken' });
    expect(await access.users.get(id)).toMatchObject({ username: 'lan', grants: [{ role: 'operator' }] });
  });

  it('always leave one enabled administrator of everything', async () => {
    const { actor } = await signIn();
    const last = { code: 'user.lastAdministrator' };
    const admin = (more: object): Promise<unknown> =>
      access.users.update(actor, actor.userId, input({ username: 'admin', grants: [administrator], ...more }));
    await expect(access.users.remove(actor, actor.userId)).rejects.toMatchObject(last);
    await expect(admin({ enabled: false })).rejects.toMatchObject(last);
    await expect(admin({ grants: [] })).rejects.toMatchObject(last);
    await expect(
      admin({ grants: [{ role: 'administrator', scope: { kind: 'group', groupId: 'city' } }] }),
    ).rejects.toMatchObject(last);
    const other = await access.users.create(SYSTEM, input({ grants: [administrator], password: OTHER_PASSWORD }));
    const both = await Promise.allSettled([
      access.users.remove(SYSTEM, actor.userId),
      access.users.remove(SYSTEM, other.id),
    ]);
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  });

  it('lose at once what is taken from them, and open connections are told', async () => {
    const id = await createLan();
    const { cookie, actor } = await signIn('lan', THIRD_PASSWORD);
    expect(can(actor, 'camera.view', pier)).toBe(true);

    await access.users.update(SYSTEM, id, input({ grants: [{ role: 'department', scope: { kind: 'all' } }] }));
    expect(changes).toEqual([{ kind: 'person', userId: id, shutOut: false }]);
    const now = await access.revalidate(actor);
    expect(now && can(now, 'camera.view', pier)).toBe(false);

    await access.users.update(SYSTEM, id, input({ enabled: false }));
    expect(await access.revalidate(actor)).toBeNull();
    expect(await asPerson(cookie)).toBeNull();
    await access.users.update(SYSTEM, id, input({ enabled: true }));
    expect(await asPerson(cookie), 'a session does not come back with the account').toBeNull();
  });

  it('are signed out by a password that somebody else sets', async () => {
    const id = await createLan();
    const { cookie } = await signIn('lan', THIRD_PASSWORD);
    await access.users.update(SYSTEM, id, input({ password: OTHER_PASSWORD }));
    expect(await asPerson(cookie)).toBeNull();
    expect((await signIn('lan', OTHER_PASSWORD)).actor.mustChangePassword).toBe(true);
  });

  it('cannot hand on more than they have', async () => {
    await createLan([{ role: 'administrator', scope: { kind: 'group', groupId: 'city' } }]);
    const { actor } = await signIn('lan', THIRD_PASSWORD);
    const give = (grant: Grant): Promise<unknown> =>
      access.users.create(actor, input({ username: 'hoa', grants: [grant], password: OTHER_PASSWORD }));
    await expect(give(administrator)).rejects.toMatchObject({ kind: 'forbidden', code: 'user.grantTooWide' });
    await expect(give({ role: 'operator', scope: { kind: 'group', groupId: 'airport' } })).rejects.toMatchObject({
      code: 'user.grantTooWide',
    });
    await give({ role: 'operator', scope: { kind: 'group', groupId: 'harbour' } });
  });

  it('keep their language and theme', async () => {
    const { actor } = await signIn();
    expect(await access.setPreferences(actor, { language: 'en' })).toMatchObject({ language: 'en', theme: 'dark' });
    await access.setPreferences(actor, { theme: 'light' });
    expect(await access.users.get(actor.userId)).toMatchObject({ language: 'en', theme: 'light' });
  });
});

describe('tokens for machines', () => {
  const input = (more: Record<string, unknown> = {}): ReturnType<typeof tokenInputSchema.parse> =>
    tokenInputSchema.parse({
      name: 'dispatch',
      permissions: ['camera.view'],
      scopes: [{ kind: 'group', groupId: 'city' }],
      days: 30,
      ...more,
    });

  it('are shown once, work within their scope until their end, and are told apart by a hint', async () => {
    const { secret, token } = await access.tokens.create(SYSTEM, input());
    expect(secret).toMatch(/^tmn_[\w-]{43}$/);
    expect(secret.startsWith(token.hint)).toBe(true);
    expect(JSON.stringify(await access.tokens.list())).not.toContain(secret);
    const actor = await asToken(secret);
    expect(actor).toMatchObject({ kind: 'token', name: 'dispatch' });
    expect(actor && can(actor, 'camera.view', pier)).toBe(true);
    expect((await access.tokens.list())[0]?.lastUsedMs).toBe(clock.now());
    clock.advance(30 * 86_400_000);
    expect(await asToken(secret)).toBeNull();
    expect(actor && (await access.revalidate(actor))).toBeNull();
  });

  it('work only from the listed addresses', async () => {
    const { secret } = await access.tokens.create(SYSTEM, input({ addresses: ['10.1.0.0/16'] }));
    expect(await asToken(secret, '10.1.2.3')).not.toBeNull();
    expect(await asToken(secret, '::ffff:10.1.2.3')).not.toBeNull();
    expect(await asToken(secret, '10.2.2.3')).toBeNull();
    await expect(access.tokens.create(SYSTEM, input({ addresses: ['10.1.0.0/99'] }))).rejects.toMatchObject({
      fields: [{ path: 'addresses.0' }],
    });
  });

  it('are rotated and removed; the old secret and its connections end at once', async () => {
    const { secret, token } = await access.tokens.create(SYSTEM, input());
    const old = await asToken(secret);
    changes.length = 0;
    const rotated = await access.tokens.rotate(SYSTEM, token.id);
    expect(changes).toEqual([{ kind: 'token', tokenId: token.id }]);
    expect(await asToken(secret)).toBeNull();
    expect(old && (await access.revalidate(old))).toBeNull();
    expect(await asToken(rotated.secret)).not.toBeNull();
    await access.tokens.remove(SYSTEM, token.id);
    expect(await asToken(rotated.secret)).toBeNull();
    await expect(access.tokens.rotate(SYSTEM, token.id)).rejects.toMatchObject({ kind: 'notFound' });
    expect((await actions()).slice(0, 3)).toEqual(['token.removed', 'token.rotated', 'token.created']);
  });

  it('cannot have more than who makes them', async () => {
    const { actor } = await signIn();
    await expect(access.tokens.create(actor, input({ permissions: ['camera.unmask'] }))).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'token.tooWide',
    });
  });

  it.each(['Bearer', 'Bearer tmn_', 'Bearer wrong', 'Basic YWRtaW46', `Bearer ${'x'.repeat(5000)}`, ''])(
    'are not replaced by %j, and a good cookie beside it does not help',
    async (authorization) => {
      const { cookie } = await signIn();
      expect(await access.authenticate({ authorization, sessionCookie: cookie }, client)).toBeNull();
    },
  );
});

describe('signed media links', () => {
  const asLink = (mediaToken: string): ReturnType<Access['authenticate']> =>
    access.authenticate({ mediaToken }, { address: '192.0.2.9', userAgent: 'VLC' });
  const link = { cameraId: 'pier', role: 'sub' as const, seconds: 600 };

  it('open one camera until their time is over', async () => {
    const { actor } = await signIn();
    const { token, expiresMs } = await access.mediaLinks.issue(actor, link);
    expect(encodeURIComponent(token)).toBe(token);
    expect(expiresMs).toBe(clock.now() + 600_000);
    const player = await asLink(token);
    expect(player).toMatchObject({ kind: 'media', cameraId: 'pier', streamRole: 'sub', address: '192.0.2.9' });
    expect(player && can(player, 'camera.view', pier)).toBe(true);
    expect(await actions()).toContain('mediaLink.issued');
    clock.advance(600_000);
    expect(await asLink(token)).toBeNull();
    expect(player && (await access.revalidate(player))).toBeNull();
  });

  it('survive a restart, but no change of a letter, and no other key', async () => {
    const { actor } = await signIn();
    const { token } = await access.mediaLinks.issue(actor, link);
    await access.close();
    access = await start();
    expect(await asLink(token)).not.toBeNull();
    const [payload = '', signature = ''] = token.split('.');
    const forged = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('pier', 'park')).toString(
      'base64url',
    );
    for (const wrong of [`${forged}.${signature}`, payload, `${payload}.`, `${token}.x`, '', '.', 'x'.repeat(5000)]) {
      expect(await asLink(wrong), wrong.slice(0, 40)).toBeNull();
    }
    const player = await asLink(token);
    await access.mediaLinks.rotateKey(actor);
    expect(changes.at(-1)).toEqual({ kind: 'media' });
    expect(await asLink(token)).toBeNull();
    expect(player && (await access.revalidate(player))).toBeNull();
    expect(await asLink((await access.mediaLinks.issue(actor, link)).token)).not.toBeNull();
  });

  it('fall with the rights of who issued them', async () => {
    const id = await createLan();
    const { actor } = await signIn('lan', THIRD_PASSWORD);
    const { token } = await access.mediaLinks.issue(actor, link);
    const look = async (): Promise<boolean> => {
      const player = await asLink(token);
      return player !== null && can(player, 'camera.view', pier);
    };
    expect(await look()).toBe(true);
    await access.signOut(actor);
    expect(await look(), 'a link outlives the session').toBe(true);
    await access.users.update(SYSTEM, id, userInputSchema.parse({ username: 'lan', displayName: 'Lan' }));
    expect(await look()).toBe(false);
    const input = { username: 'lan', displayName: 'Lan', grants: [administrator] };
    await access.users.update(SYSTEM, id, userInputSchema.parse(input));
    expect(await look()).toBe(true);
    await access.users.update(SYSTEM, id, userInputSchema.parse({ ...input, enabled: false }));
    expect(await asLink(token)).toBeNull();

    const machine = await access.tokens.create(
      SYSTEM,
      tokenInputSchema.parse({
        name: 'm',
        permissions: ['camera.view'],
        scopes: [{ kind: 'all' }],
        days: 1,
        addresses: ['10.0.0.1'],
      }),
    );
    const issuer = await asToken(machine.secret);
    if (issuer?.kind !== 'token') throw new Error('the token does not work');
    const other = await access.mediaLinks.issue(issuer, link);
    expect(await asLink(other.token)).not.toBeNull();
    await access.tokens.remove(SYSTEM, machine.token.id);
    expect(await asLink(other.token)).toBeNull();
  });
});

it('a listener that fails does not keep others from hearing', async () => {
  const id = await createLan();
  const stop = access.onActorChanged(() => {
    throw new Error('broken');
  });
  const heard: ActorChange[] = [];
  access.onActorChanged((change) => heard.push(change));
  await access.users.remove(SYSTEM, id);
  stop();
  expect(heard).toEqual([{ kind: 'person', userId: id, shutOut: true }]);
});
