import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PERMISSIONS, type Permission, ROLE_PERMISSIONS, ROLES, type Scope } from '#contracts/access';
import { FAULT_KINDS } from '#contracts/http';
import { SYSTEM } from '../../server/access/actor.ts';
import { type Camera, type House, NOBODY, openHouse, type Sender } from './house.ts';
import { isStateChange, ROUTES, type Rule } from './route-table.ts';

/**
 * Every route and media address × everybody × a camera in scope, out of scope, and none: who is nobody gets 401, who
 * may not gets 403, and who may not even know of a camera gets 404. Nothing is ever refused by accident (500).
 */
let house: House;
let senders: Sender[];
let administrator: Sender;

beforeAll(async () => {
  house = await openHouse();
  senders = [NOBODY];
  for (const role of ROLES) {
    for (const [kind, scope] of Object.entries(house.scopes)) {
      const username = `${role}.${kind}`.replace('_', '-');
      await house.person(username, [{ role, scope }]);
      senders.push(await house.signIn(username, mayAs(ROLE_PERMISSIONS[role], scope)));
    }
  }
  const [all, camera] = [house.scopes.all, house.scopes.camera];
  senders.push(
    await house.token('token for all', PERMISSIONS, [all], mayAs(PERMISSIONS, all)),
    await house.token('token for a camera', PERMISSIONS, [camera], mayAs(PERMISSIONS, camera)),
    await house.token('token that watches', ['camera.view'], [all], mayAs(['camera.view'], all)),
  );
  administrator = named('administrator.all');
}, 60_000);
afterAll(() => house.close());

/** What the tables of the contract say, by the simplest reading. */
function mayAs(permissions: readonly Permission[], scope: Scope): Sender['may'] {
  return (permission, on) => {
    if (!permissions.includes(permission)) return false;
    if (on === 'anything') return true;
    // What people do for themselves is theirs whatever the scope.
    if (on === 'system') return scope.kind === 'all' || permission.startsWith('layout.');
    if (scope.kind === 'group') return on.groupIds.includes(scope.groupId);
    return scope.kind === 'all' || (scope.kind === 'camera' && scope.cameraId === on.id);
  };
}

function named(name: string): Sender {
  const found = senders.find((sender) => sender.name === name);
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
}

function expected(rule: Rule, sender: Sender, camera: Camera): number {
  if (rule.needs === 'nothing') return rule.gives;
  if (sender === NOBODY) return 401;
  if (rule.needs === 'person') return sender.isPerson ? rule.gives : 403;
  if (rule.on !== 'camera') return sender.may(rule.needs, rule.on ?? 'system') ? rule.gives : 403;
  if (camera === house.nowhere) return 404;
  if (sender.may(rule.needs, camera)) return rule.gives;
  return sender.may('camera.view', camera) ? 403 : 404;
}

function pathOf(name: string, rule: Rule, camera: Camera): string {
  if (rule.path !== undefined) return rule.path(house, camera);
  return name.slice(name.indexOf(' ') + 1).replace(':id', rule.id ?? camera.id);
}

async function send(
  name: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: unknown = undefined,
): Promise<{ status: number; text: string }> {
  const method = name.slice(0, name.indexOf(' '));
  const hasBody = body !== undefined && method !== 'GET';
  const reply = await fetch(new URL(path, house.url), {
    method,
    headers: { ...(hasBody ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(hasBody ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
    redirect: 'manual',
  });
  return { status: reply.status, text: await reply.text() };
}

function expectErrorBody(text: string): void {
  expect(JSON.parse(text)).toMatchObject({
    error: { kind: expect.toBeOneOf([...FAULT_KINDS]), code: expect.any(String), message: expect.any(String) },
  });
}

it('every route stands in the table, and every line of the table is a route', () => {
  expect(house.routes.map((route) => route.name).sort()).toEqual(Object.keys(ROUTES).sort());
});

describe.each(Object.entries(ROUTES))('%s', (name, rule) => {
  it('lets in who may, and nobody else', async () => {
    const places = rule.on === 'camera' ? (['inside', 'outside', 'nowhere'] as const) : (['inside'] as const);
    const wrong: string[] = [];
    for (const sender of senders) {
      for (const place of places) {
        const spent = rule.spends === 'camera' && place !== 'nowhere';
        const camera = spent ? await house.addCamera(place) : house[place];
        const { headers } = rule.spends === 'session' ? await sender.again() : sender;
        const { status, text } = await send(name, pathOf(name, rule, camera), headers, rule.body);
        const should = expected(rule, sender, camera);
        if (status !== should)
          wrong.push(`${sender.name}, camera ${place}: ${status}, not ${should} ${text.slice(0, 200)}`);
        else if (status === 401 || status === 403) expectErrorBody(text);
        if (spent && house.register.find(camera.id) !== undefined) await house.register.remove(camera.id);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('exports', () => {
  const ask = (sender: Sender, ...cameraIds: string[]) =>
    send('POST ', '/api/exports', sender.headers, {
      cameraIds,
      fromMs: house.recordedMs,
      toMs: house.recordedMs + 8000,
      reason: 'a test',
    });
  const fetchIt = (sender: Sender, id: string) => send('GET ', `/api/exports/${id}/archive`, sender.headers);

  it('are made of cameras that one may export, of every one of them', async () => {
    const wrong: string[] = [];
    const { inside, outside, nowhere } = house;
    for (const sender of senders.filter((one) => one.may('camera.export', 'anything'))) {
      for (const cameras of [[inside], [outside], [nowhere], [inside, outside]]) {
        const all = cameras.every((camera) => camera !== nowhere && sender.may('camera.export', camera));
        const { status, text } = await ask(sender, ...cameras.map(({ id }) => id));
        if (status !== (all ? 200 : 404)) wrong.push(`${sender.name} ${cameras.length}: ${status} ${text}`);
        if (all) await send('DELETE ', `/api/exports/${JSON.parse(text).id}`, sender.headers);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('are fetched, seen and removed by the one who asked, while that one still may', async () => {
    const { inside, outside } = house;
    const both = [inside, outside].map(({ id }) => ({
      role: 'police' as const,
      scope: { kind: 'camera' as const, cameraId: id },
    }));
    await house.person('mover', both);
    const mover = await house.signIn('mover', () => true);
    const { id } = JSON.parse((await ask(mover, inside.id)).text);
    await expect.poll(async () => (await fetchIt(mover, id)).status, { timeout: 10_000 }).toBe(200);

    for (const sender of senders.filter((one) => one.may('camera.export', 'anything'))) {
      expect([sender.name, (await fetchIt(sender, id)).status]).toEqual([sender.name, 404]);
      expect((await send('DELETE ', `/api/exports/${id}`, sender.headers)).status).toBe(404);
      expect((await send('GET ', '/api/exports', sender.headers)).text).not.toContain(id);
    }
    const user = (await house.access.users.list()).find(({ username }) => username === 'mover');
    await house.access.users.update(SYSTEM, user?.id ?? '', {
      ...{ username: 'mover', displayName: 'mover', enabled: true },
      grants: both.slice(1),
    });
    const again = await house.signIn('mover', () => true);
    expect((await fetchIt(again, id)).status).toBe(403);
  });
});

describe('holds', () => {
  const range = () => ({ startMs: house.recordedMs, endMs: house.recordedMs + 8000 });
  const make = (sender: Sender, ...cameraIds: string[]) =>
    send('POST ', '/api/holds', sender.headers, { cameraIds, ...range(), caseNumber: '7/2026', reason: 'a test' });
  const change = (sender: Sender, what: string, ...ids: string[]) =>
    send('POST ', `/api/holds/${what}`, sender.headers, { ids });
  const idsOf = ({ text }: { text: string }): string[] =>
    (JSON.parse(text) as { id: string }[]).map(({ id }) => id).sort();

  it('are made, and their cost is told, of cameras that one may hold, of every one of them', async () => {
    const wrong: string[] = [];
    const { inside, outside, nowhere } = house;
    for (const sender of senders.filter((one) => one.may('camera.hold', 'anything'))) {
      for (const cameras of [[inside], [outside], [nowhere], [inside, outside]]) {
        const all = cameras.every((camera) => camera !== nowhere && sender.may('camera.hold', camera));
        const ids = cameras.map(({ id }) => id);
        const query = `cameraIds=${ids.join(',')}&startMs=${range().startMs}&endMs=${range().endMs}`;
        const replies = [await send('GET ', `/api/holds/cost?${query}`, sender.headers, undefined)];
        replies.push(await make(sender, ...ids));
        for (const { status, text } of replies) {
          if (status !== (all ? 200 : 404)) wrong.push(`${sender.name} ${cameras.length}: ${status} ${text}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('are seen by those who may see the recording, held or released', async () => {
    const made = await make(administrator, house.inside.id, house.outside.id);
    const [first = '', second = ''] = (JSON.parse(made.text) as { id: string }[]).map(({ id }) => id);
    const lists = async (path: string) => {
      for (const sender of senders.filter((one) => one.may('camera.playback', 'anything'))) {
        const seen = idsOf(await send('GET ', path, sender.headers));
        const expected = [sender.may('camera.playback', house.inside), sender.may('camera.playback', house.outside)];
        expect([sender.name, seen.includes(first), seen.includes(second)]).toEqual([sender.name, ...expected]);
      }
    };
    await lists('/api/holds');
    const inside = idsOf(await send('GET ', `/api/holds?cameraId=${house.inside.id}`, administrator.headers));
    expect(inside).toContain(first);
    expect(inside).not.toContain(second);
    expect((await change(administrator, 'ask-release', first, second)).status).toBe(200);
    expect((await change(named('police.all'), 'release', first, second)).status).toBe(204);
    await lists('/api/holds/history');
    expect(idsOf(await send('GET ', '/api/holds', administrator.headers))).not.toContain(first);
  });

  it('are released by two people of whom each may: not by programs, not by who cannot see them', async () => {
    for (const camera of [house.inside, house.outside]) {
      const [id = ''] = idsOf(await make(administrator, camera.id));
      expect((await change(administrator, 'ask-release', id)).status).toBe(200);
      for (const sender of senders.filter((one) => one.may('camera.hold', 'anything'))) {
        const may = sender.may('camera.hold', camera);
        const should = !may ? 404 : sender.isPerson ? 200 : 403;
        // Each takes it back and asks anew, so that nobody's answer depends on who came before.
        expect([sender.name, (await change(sender, 'keep', id)).status]).toEqual([sender.name, should]);
        if (should === 200) expect((await change(sender, 'ask-release', id)).status).toBe(200);
        const again = await change(sender, 'release', id);
        expect([sender.name, again.status]).toEqual([sender.name, should === 200 ? 403 : should]);
        if (should === 200) expect(again.text).toContain('hold.samePerson');
      }
      // All or none: one that is not there spares the others.
      expect((await change(named('police.all'), 'release', id, 'unknown')).status).toBe(404);
      const asking = JSON.parse((await send('GET ', '/api/holds', administrator.headers)).text) as {
        id: string;
        releaseAskedBy: string;
      }[];
      const by = asking.find((hold) => hold.id === id)?.releaseAskedBy;
      const second = by === 'police.all' ? named('shift-lead.all') : named('police.all');
      expect((await change(second, 'release', id)).status).toBe(204);
      expect((await change(second, 'release', id)).status).toBe(404);
    }
  });

  it('ask for a range that can be meant', async () => {
    for (const wrong of [{ endMs: range().startMs }, { endMs: 1e13 }, { reason: 'x' }, { caseNumber: ' ' }]) {
      const body = { cameraIds: [house.inside.id], ...range(), caseNumber: '7/2026', reason: 'a test', ...wrong };
      const reply = await send('POST ', '/api/holds', administrator.headers, body);
      expect([wrong, reply.status]).toEqual([wrong, 400]);
    }
  });
});

describe('a camera that was removed', () => {
  let removed: { place: 'inside' | 'outside'; camera: Camera }[];
  beforeAll(async () => {
    removed = [];
    for (const place of ['inside', 'outside'] as const) {
      const camera = await house.addCamera(place);
      await house.register.remove(camera.id);
      removed.push({ place, camera });
    }
  });

  it.each(Object.entries(ROUTES).filter(([, rule]) => rule.on === 'camera'))('%s', async (name, rule) => {
    const wrong: string[] = [];
    for (const { place, camera } of removed) {
      for (const sender of senders) {
        const { status } = await send(name, pathOf(name, rule, camera), sender.headers, rule.body);
        const gone = sender === NOBODY ? 401 : 404;
        const should = rule.past === true ? expected(rule, sender, camera) : gone;
        if (status !== should) wrong.push(`${sender.name}, ${place}: ${status}, not ${should}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is listed, exported and held by those who could while it was there', async () => {
    for (const sender of senders) {
      const { status, text } = await send('GET ', '/api/removed-cameras', sender.headers);
      if (status !== 200) continue;
      const listed = (JSON.parse(text) as { id: string }[]).map(({ id }) => id);
      for (const { camera } of removed) {
        const about = { cameraIds: [camera.id], reason: 'a test', caseNumber: '1' };
        const [startMs, endMs] = [house.recordedMs, house.recordedMs + 8000];
        const asked = await send('POST ', '/api/exports', sender.headers, { ...about, fromMs: startMs, toMs: endMs });
        const held = await send('POST ', '/api/holds', sender.headers, { ...about, startMs, endMs });
        const nowhere = (permission: Permission) => (sender.may(permission, 'anything') ? 404 : 403);
        expect([sender.name, listed.includes(camera.id), asked.status, held.status]).toEqual([
          sender.name,
          sender.may('camera.playback', camera),
          sender.may('camera.export', camera) ? 200 : nowhere('camera.export'),
          sender.may('camera.hold', camera) ? 200 : nowhere('camera.hold'),
        ]);
        if (asked.status === 200) await send('DELETE ', `/api/exports/${JSON.parse(asked.text).id}`, sender.headers);
      }
    }
  });
});

describe('exports of cameras with privacy masks', () => {
  const mask = {
    name: 'window',
    points: [
      [0.1, 0.1],
      [0.4, 0.1],
      [0.4, 0.4],
    ],
  };
  const ask = (sender: Sender, masks: boolean) =>
    send('POST ', '/api/exports', sender.headers, {
      cameraIds: [house.inside.id],
      fromMs: house.recordedMs,
      toMs: house.recordedMs + 8000,
      reason: 'a test',
      masks,
    });
  const draw = async (...masks: unknown[]) => {
    const { version } = house.register.masks(house.inside.id);
    const path = `/api/cameras/${house.inside.id}/masks`;
    const { status } = await send('PUT ', path, administrator.headers, { masks, version });
    expect(status).toBe(200);
  };

  it('leave the masks out for nobody without the right to look behind them', async () => {
    await draw(mask);
    const wrong: string[] = [];
    for (const sender of senders.filter((one) => one.may('camera.export', house.inside))) {
      for (const masks of [true, false]) {
        const should = masks || sender.may('camera.unmask', house.inside) ? 200 : 403;
        const { status, text } = await ask(sender, masks);
        if (status !== should) wrong.push(`${sender.name} ${masks}: ${status}, not ${should} ${text}`);
        if (status === 200) await send('DELETE ', `/api/exports/${JSON.parse(text).id}`, sender.headers);
        else expect(JSON.parse(text)).toMatchObject({ error: { code: 'export.masksNeeded' } });
      }
    }
    expect(wrong).toEqual([]);
    await draw();
  });

  it('that were made before a mask was drawn are not handed out any more', async () => {
    for (const [name, after] of [
      ['police.all', 403],
      ['token for all', 200],
    ] as const) {
      const sender = named(name);
      const { id } = JSON.parse((await ask(sender, true)).text);
      const fetched = async () => (await send('GET ', `/api/exports/${id}/archive`, sender.headers)).status;
      await expect.poll(fetched, { timeout: 10_000 }).toBe(200);
      await draw(mask);
      expect([name, await fetched()]).toEqual([name, after]);
      await draw();
      expect(await fetched()).toBe(200);
      await send('DELETE ', `/api/exports/${id}`, sender.headers);
    }
  });

  it('take masks that are masks only', async () => {
    const path = `/api/cameras/${house.inside.id}/masks`;
    for (const points of [
      [],
      [[0, 0]],
      [
        [0, 0],
        [1, 1],
        [2, 0],
      ],
      [
        [0, 0],
        [0.5, 0.5],
        [1, 1],
      ],
      'all',
    ]) {
      const { version } = house.register.masks(house.inside.id);
      const body = { masks: [{ name: 'x', points }], version };
      const { status, text } = await send('PUT ', path, administrator.headers, body);
      expect([points, status]).toEqual([points, 400]);
      expect(JSON.parse(text).error.fields[0].path).toMatch(/^masks\.0\.points/);
    }
    expect(house.register.masks(house.inside.id).masks).toEqual([]);
  });
});

describe('media', () => {
  /** Every address that a player comes by: playlists, init segment, segments, parts, with and without transcoding. */
  async function addressesOf(camera: Camera, query = ''): Promise<string[]> {
    const found = new Set<string>();
    for (const start of ['index.m3u8', 'h264/index.m3u8']) {
      const queue = [`/live/${camera.id}/main/${start}${query}`];
      for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
        if (found.has(path)) continue;
        found.add(path);
        if (!path.includes('.m3u8')) continue;
        const { status, text } = await send('GET ', path, query === '' ? administrator.headers : {});
        expect([path, status]).toEqual([path, 200]);
        const uris = [...text.matchAll(/^(?!#)(.+)$|URI="([^"]+)"/gm)].map((match) => match[1] ?? match[2] ?? '');
        const preload = /PRELOAD-HINT[^\n]*URI="([^"]+)"/.exec(text)?.[1];
        for (const uri of uris) {
          if (uri === preload) continue;
          const { pathname, search } = new URL(uri, new URL(path, house.url));
          queue.push(pathname + search);
        }
      }
    }
    return [...found];
  }

  it('gives each part only to those who may see its camera', { timeout: 60_000 }, async () => {
    const wrong: string[] = [];
    for (const camera of [house.inside, house.outside]) {
      const addresses = await addressesOf(camera);
      expect(addresses.filter((path) => !path.includes('.m3u8')).length).toBeGreaterThan(4);
      for (const path of addresses) {
        for (const sender of senders) {
          const should = expected({ needs: 'camera.view', on: 'camera', gives: 200 }, sender, camera);
          const { status } = await send('GET ', path, sender.headers);
          if (status !== should) wrong.push(`${sender.name} ${path}: ${status}, not ${should}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('a signed link opens all of its one stream, nothing else, and nothing that its issuer lost', {
    timeout: 60_000,
  }, async () => {
    await house.person('issuer', [{ role: 'operator', scope: house.scopes.group }]);
    const issuer = await house.signIn('issuer', () => true);
    const linked = await send('POST ', `/api/cameras/${house.inside.id}/media-link`, issuer.headers, { role: 'main' });
    const { url } = JSON.parse(linked.text) as { url: string };
    const query = new URL(url).search;
    const addresses = await addressesOf(house.inside, query);
    for (const path of addresses) {
      expect(path).toContain('token=');
      expect([path, (await send('GET ', path, {})).status]).toEqual([path, 200]);
    }
    const elsewhere = [
      `/live/${house.outside.id}/main/index.m3u8`,
      `/live/${house.outside.id}/snapshot.jpg`,
      `/live/${house.inside.id}/sub/index.m3u8`,
    ];
    for (const path of elsewhere) expect([path, (await send('GET ', path + query, {})).status]).toEqual([path, 404]);
    for (const path of ['/api/cameras', `/api/cameras/${house.inside.id}`, '/metrics']) {
      expect([path, (await send('GET ', path + query, {})).status]).toEqual([path, 401]);
    }
    expect((await send('GET ', `${addresses[0]}x`, {})).status).toBe(401);

    const issued = (await house.access.users.list()).find((user) => user.username === 'issuer');
    await send('PUT ', `/api/users/${issued?.id}`, administrator.headers, {
      username: 'issuer',
      displayName: 'issuer',
      grants: [{ role: 'operator', scope: { kind: 'camera', cameraId: house.outside.id } }],
    });
    for (const path of addresses) expect((await send('GET ', path, {})).status).toBeOneOf([401, 404]);
  });
});

describe('other sites', () => {
  const changes = Object.entries(ROUTES).filter(([name]) => isStateChange(name));
  const attempts: Record<string, (own: Readonly<Record<string, string>>) => Record<string, string>> = {
    'a foreign origin': (own) => ({ ...own, origin: 'https://evil.example' }),
    'an opaque origin': (own) => ({ ...own, origin: 'null' }),
    'a browser that says cross-site': (own) => ({ ...own, 'sec-fetch-site': 'cross-site' }),
    'the same host on another port': (own) => ({ ...own, origin: 'http://127.0.0.1:1' }),
  };

  it.each(changes)('cannot %s', async (name, rule) => {
    for (const [attempt, headersOf] of Object.entries(attempts)) {
      const reply = await send(name, pathOf(name, rule, house.inside), headersOf(administrator.headers), rule.body);
      expect([attempt, reply.status]).toEqual([attempt, 403]);
      expectErrorBody(reply.text);
    }
    if (rule.needs !== 'nothing') {
      const { cookie = '' } = administrator.headers;
      const withoutToken: Record<string, string>[] = [{ cookie }, { cookie, 'x-tamnhin-csrf': 'wrong' }];
      for (const headers of withoutToken) {
        expect((await send(name, pathOf(name, rule, house.inside), headers, rule.body)).status).toBe(403);
      }
    }
  });

  it('leave no trace: the camera that they tried to remove is there', () => {
    expect(house.register.find(house.inside.id)).toBeDefined();
  });
});

describe('sessions and tokens that are over', () => {
  it('are nobody', async () => {
    const session = await named('operator.all').again();
    expect((await send('GET ', '/api/cameras', session.headers)).status).toBe(200);
    await send('DELETE ', '/api/session', session.headers);
    expect((await send('GET ', '/api/cameras', session.headers)).status).toBe(401);

    const token = await house.token('short-lived', ['camera.view'], [house.scopes.all], () => true);
    const known = (await house.access.tokens.list()).find(({ name }) => name === 'short-lived');
    expect((await send('GET ', '/api/cameras', token.headers)).status).toBe(200);
    await send('DELETE ', `/api/tokens/${known?.id}`, administrator.headers);
    expect((await send('GET ', '/api/cameras', token.headers)).status).toBe(401);
    for (const authorization of ['Bearer ', 'Bearer x', 'Basic YTpi', `bearer ${'x'.repeat(4000)}`]) {
      expect((await send('GET ', '/api/cameras', { authorization })).status).toBe(401);
    }
  });
});

describe('a camera that moves', () => {
  it('cannot be handed to a group by somebody who does not look after that group', async () => {
    const scoped = named('administrator.group');
    const { name, source } = house.register.get(house.inside.id);
    const move = (groupId: string | null) =>
      send('PUT ', `/api/cameras/${house.inside.id}`, scoped.headers, { name, source, groupId, version: -1 });
    const market = house.register.get(house.outside.id).groupId;
    expect((await move(market)).status).toBe(403);
    expect((await move(null)).status).toBe(403);
    // Where it is now it may stay: only the version is wrong.
    expect((await move(house.register.get(house.inside.id).groupId)).status).toBe(409);
  });
});

describe('hostile requests', () => {
  const withBody = Object.entries(ROUTES).filter(
    ([name, { gives, body }]) => gives === 400 && JSON.stringify(body) === '{}' && !/import|publish-key/.test(name),
  );

  it.each(withBody)('%s answers with a clear refusal', async (name, rule) => {
    const path = pathOf(name, rule, house.inside);
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    for (const body of ['{', '[]', '"text"', '{"__proto__":{"a":1}}', deep, '\u0000', '{"name":{"toString":1}}']) {
      const reply = await send(name, path, administrator.headers, body);
      expect([body.slice(0, 20), reply.status]).toEqual([body.slice(0, 20), 400]);
      expectErrorBody(reply.text);
    }
    const { mostBytes = 20_000 } = house.routes.find((route) => route.name === name) ?? {};
    const large = await send(name, path, administrator.headers, JSON.stringify({ name: 'x'.repeat(mostBytes) }));
    expect(large.status).toBe(413);
    expectErrorBody(large.text);
    const form = { ...administrator.headers, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await send(name, path, form, 'username=a&password=b')).status).toBe(400);
  });

  it.each([
    '/live/ID/main/..%2f..%2f..%2foutside.txt',
    '/live/ID/main/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/live/ID/main/..%5c..%5coutside.txt',
    '/live/ID/main/%00',
    '/live/ID/main/h264/..%2findex.m3u8',
    '/live/ID/third/index.m3u8',
    '/live/ID/main/%E0%A4%A',
    '/live/ID/snapshot.jpg?width=1e9',
    '/live/ID/snapshot.jpg?width=-1&width=2',
    '/live/ID/main/index.m3u8?a=1&a=2',
    `/live/ID/main/${'a'.repeat(300)}`,
    `/api/cameras/${'x'.repeat(300)}`,
    '/api/cameras/%00',
    "/api/cameras/'%20OR%201=1--",
    "/api/events?cameraId=';DROP%20TABLE%20events;--&limit=1000",
    '/api/events?limit=abc',
    '/api/events?after=-1',
    '/api/audit?limit=0',
    '/api/nothing',
    '/assets/..%2f..%2foutside.txt',
    '/assets/missing.js',
    '/..%2foutside.txt',
    '/%2e%2e/outside.txt',
    '/index.php',
    '/.env',
  ])('GET %s', async (path) => {
    const reply = await send('GET ', path.replace('ID', house.inside.id), administrator.headers);
    expect(reply.status).toBeOneOf([400, 404]);
    expect(reply.text).not.toContain('not for readers');
    if (!path.startsWith('/live/')) expectErrorBody(reply.text);
  });

  it('leave nothing in the log that says that something broke', () => {
    expect(house.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});

describe('the console', () => {
  it('is served to anybody, its pages by every address of theirs, with headers that keep foreign code out', async () => {
    for (const path of ['/', '/events', '/holds', '/admin/cameras', '/wall/1', '/portal', '/setup']) {
      const reply = await fetch(new URL(path, house.url));
      expect([path, reply.status, reply.headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
      const page = path === '/portal' ? 'portal/index.html' : 'index.html';
      expect(await reply.text()).toContain(`<title>console ${page}`);
      expect(reply.headers.get('content-security-policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
      expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    }
    const asset = await fetch(new URL('/assets/app-1a2b.js', house.url));
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  });
});

it('describes every JSON route with who may use it', async () => {
  const reply = await send('GET ', '/api/openapi.json', administrator.headers);
  const { openapi, paths } = JSON.parse(reply.text) as {
    openapi: string;
    paths: Record<string, Record<string, { summary: string }>>;
  };
  expect(openapi).toBe('3.1.0');
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(described.sort()).toEqual(Object.keys(ROUTES).sort());
  expect(paths['/api/cameras/{id}']?.put?.summary).toContain('camera.configure');
});
