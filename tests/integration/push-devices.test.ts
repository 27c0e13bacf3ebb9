import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM } from '../../server/access/actor.ts';
import { type House, openHouse, type Sender } from '../architecture/house.ts';

/** Whose device it is, in a house where the officer's session ran out overnight. */
const PHONE = {
  endpoint: 'https://push.invalid/phone',
  keys: { p256dh: Buffer.alloc(65, 1).toString('base64url'), auth: Buffer.alloc(16, 2).toString('base64url') },
};

describe('a phone that is told of alerts', () => {
  let house: House;
  let userId = '';

  beforeAll(async () => {
    house = await openHouse();
    await house.person('chief', [{ role: 'administrator', scope: house.scopes.all }]);
    await house.person('officer', [{ role: 'police', scope: house.scopes.all }]);
    await house.person('next', [{ role: 'police', scope: house.scopes.all }]);
    userId = (await house.access.users.list()).find(({ username }) => username === 'officer')?.id ?? '';
  });
  beforeEach(async () => {
    await register(await house.signIn('officer', () => true));
    await house.database.run('DELETE FROM sessions');
  });
  afterAll(() => house?.close());

  async function register({ headers }: Sender): Promise<void> {
    const response = await fetch(`${house.url}/api/push/subscriptions`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(PHONE),
    });
    expect(response.ok).toBe(true);
  }
  /** Usernames, of the one phone. */
  async function owners(): Promise<readonly string[]> {
    const rows = await house.database.all<{ username: string }>(
      'SELECT username FROM push_subscriptions JOIN users ON users.id = user_id',
    );
    return rows.map(({ username }) => username);
  }
  async function change(more: { displayName?: string; enabled?: boolean; password?: string }): Promise<void> {
    const { username, displayName, enabled, grants } = await house.access.users.get(userId);
    await house.access.users.update(SYSTEM, userId, { username, displayName, enabled, grants: [...grants], ...more });
  }

  it('stays so when the account is changed or the second factor taken off while nobody is signed in', async () => {
    await change({ displayName: 'Trung úy Lan' });
    await house.access.users.resetTotp(SYSTEM, userId);
    expect(await owners()).toEqual(['officer']);
  });

  it('becomes the device of who signs in at it next', async () => {
    await register(await house.signIn('next', () => true));
    expect(await owners()).toEqual(['next']);
  });

  it('is forgotten once its person is shut out', async () => {
    const shutOut = [
      () => house.access.sessions.endAll(SYSTEM, userId),
      () => change({ enabled: false }),
      () => change({ enabled: true, password: 'sáu con vịt vàng' }),
    ];
    for (const shut of shutOut) {
      await house.database.run(
        'INSERT OR REPLACE INTO push_subscriptions (endpoint, user_id, keys, created_ms) VALUES (?, ?, ?, 0)',
        PHONE.endpoint,
        userId,
        new Uint8Array(1),
      );
      await shut();
      await expect.poll(owners).toEqual([]);
    }
  });
});
