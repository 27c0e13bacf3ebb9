import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Permission, ROLE_PERMISSIONS, ROLES, type Role } from '#contracts/access';
import type { TamnhinEvent } from '#contracts/events';
import { CSRF_HEADER } from '#contracts/http';
import { AUDIENCES, type ClientToServer, type ServerToClient } from '#contracts/socket';
import { WALL_SOCKET_PATH, type WallNotice } from '#contracts/wall-frame';
import { cameraInput } from '../fakes/register.ts';
import { type House, openHouse, type Sender } from './house.ts';

/** Both sockets × every role × a camera in scope and out of scope: everybody hears what they may, and nothing else. */
let house: House;
/** Everybody of a role whose scope is the harbour, and the administrator of everything. */
const people = new Map<string, { sender: Sender; permissions: readonly Permission[]; everything: boolean }>();
const opened: (() => void)[] = [];

beforeAll(async () => {
  house = await openHouse();
  for (const role of ROLES) await addPerson(role.replace('_', '-'), role, false);
  await addPerson('chief', 'administrator', true);
}, 60_000);
afterEach(() => {
  for (const close of opened.splice(0)) close();
});
afterAll(() => house.close());

async function addPerson(name: string, role: Role, everything: boolean): Promise<void> {
  await house.person(name, [{ role, scope: everything ? house.scopes.all : house.scopes.group }]);
  people.set(name, { sender: await house.signIn(name, () => true), permissions: ROLE_PERMISSIONS[role], everything });
}

function headersOf(name: string): Record<string, string> {
  return { ...people.get(name)?.sender.headers };
}

type Line = Socket<ServerToClient, ClientToServer>;
type Heard = [topic: string, about: string];

/** A console: everything that it hears, as topic and what it is about. */
async function connect(headers: Record<string, string>): Promise<{ line: Line; heard: Heard[] }> {
  const line: Line = io(house.url, {
    transports: ['websocket'],
    extraHeaders: headers,
    reconnection: false,
    forceNew: true,
  });
  opened.push(() => line.disconnect());
  const heard: Heard[] = [];
  line.onAny((topic: string, message: Record<string, unknown> = {}) => {
    heard.push([topic, String(message.cameraId ?? message.list ?? message.id ?? '')]);
  });
  await new Promise<void>((resolve, reject) => {
    line.once('connect', resolve);
    line.once('connect_error', reject);
  });
  return { line, heard };
}

/** What is sent later arrives later: once this is heard, all that was sent before it has arrived. */
async function settle(lines: readonly { heard: Heard[] }[]): Promise<void> {
  await house.groups.create({ name: `barrier ${Math.random()}`, parentId: null });
  await vi.waitFor(() => {
    for (const { heard } of lines) expect(heard.filter(([, about]) => about === 'groups')).toHaveLength(1);
  });
  for (const { heard } of lines)
    heard.splice(
      heard.findIndex(([, about]) => about === 'groups'),
      1,
    );
}

async function everybody(): Promise<Map<string, { line: Line; heard: Heard[] }>> {
  const lines = new Map<string, { line: Line; heard: Heard[] }>();
  for (const name of people.keys()) lines.set(name, await connect(headersOf(name)));
  return lines;
}

describe('socket.io', () => {
  it('lets in only who is signed in, from our own page', async () => {
    await expect(connect({})).rejects.toThrow();
    await expect(connect({ cookie: 'tamnhin=wrong' })).rejects.toThrow();
    await expect(connect({ ...headersOf('chief'), origin: 'https://evil.example' })).rejects.toThrow();
    await expect(connect({ ...headersOf('chief'), origin: house.url })).resolves.toBeDefined();
    const polling = await fetch(new URL('/socket.io/?EIO=4&transport=polling', house.url), {
      headers: { ...headersOf('chief'), origin: 'https://evil.example' },
    });
    expect(polling.status).toBe(403);
    expect(polling.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('tells each topic to its audience', async () => {
    const lines = await everybody();
    const { inside, outside } = house;
    const removed = await house.addCamera('outside');
    await settle([...lines.values()]);
    for (const { heard } of lines.values()) heard.length = 0;

    for (const camera of [inside, outside]) {
      house.becomes(camera.id, 'down');
      await house.register.learn(camera.id, { make: 'Acme', model: camera.id, firmware: '', canPtz: false });
      await house.events.append({
        type: 'vn.tamnhin.camera.changed',
        timeMs: 0,
        severity: 'minor',
        cameraId: camera.id,
        data: { name: '' },
      });
    }
    await house.events.append({
      type: 'vn.tamnhin.system.started',
      timeMs: 0,
      severity: 'minor',
      cameraId: null,
      data: { version: '0' },
    });
    // What happened in a sector has no camera, and is there for those alone who may read the sector.
    await house.events.append({
      type: 'vn.tamnhin.sector.opened',
      timeMs: 0,
      severity: 'minor',
      cameraId: null,
      data: {
        ...{ sector: 'y_te', unitId: null, feedId: null, eventId: 'e', number: 1, eventType: 'o_dich' },
        ...{ title: { vi: 'Ổ dịch', en: 'Outbreak' }, areaCode: null, place: null, synthetic: false },
      },
    });
    await house.register.remove(removed.id);
    await settle([...lines.values()]);

    for (const [name, { heard }] of lines) {
      const { permissions = [], everything = false } = people.get(name) ?? {};
      const cameras = everything ? [inside.id, outside.id] : [inside.id];
      const should: Heard[] = [['camera:removed', removed.id]];
      for (const id of cameras) {
        if (permissions.includes('camera.view')) should.push(['stream:state', id], ['camera:saved', id]);
        if (permissions.includes('event.read')) should.push(['event:appended', id]);
      }
      // An event without a camera is named by its own id.
      const general = heard.filter(([topic, about]) => topic === 'event:appended' && !cameras.includes(about));
      const rest = heard.filter((one) => !general.includes(one));
      expect([name, rest.sort()]).toEqual([name, should.sort()]);
      const ofSectors = everything && permissions.includes('sector.read') ? 1 : 0;
      expect([name, general.length]).toEqual([name, permissions.includes('event.read') ? 1 + ofSectors : 0]);
    }
    expect(Object.keys(AUDIENCES).sort()).toEqual([
      'alert:changed',
      'camera:removed',
      'camera:saved',
      'directive:changed',
      'discovery:progress',
      'event:appended',
      'export:progress',
      'incident:changed',
      'lists:changed',
      'report:changed',
      'sectorEvent:changed',
      'session:changed',
      'stream:state',
      'tile:changed',
    ]);
  });

  it('tells of a search only to the one who searches', async () => {
    const lines = await everybody();
    const started = await fetch(new URL('/api/discoveries', house.url), {
      method: 'POST',
      headers: { ...headersOf('chief'), 'content-type': 'application/json' },
      body: '{"multicast":false}',
    });
    expect(started.status).toBe(200);
    await vi.waitFor(() => expect(lines.get('chief')?.heard.map(([topic]) => topic)).toContain('discovery:progress'));
    await settle([...lines.values()]);
    for (const [name, { heard }] of lines) {
      if (name !== 'chief') expect([name, heard]).toEqual([name, []]);
    }
  });

  it('resumes with what one may read, and takes nonsense quietly', async () => {
    const { line } = await connect(headersOf('operator'));
    const { events, complete } = await line.emitWithAck('event:resume', { sequence: 0 });
    expect(complete).toBe(true);
    expect(new Set(events.map((event: TamnhinEvent) => event.cameraId))).toEqual(new Set([house.inside.id, null]));
    const { line: blind } = await connect(headersOf('department'));
    expect(await blind.emitWithAck('event:resume', { sequence: 0 })).toEqual({ events: [], complete: true });

    const emit = line.emit.bind(line) as (topic: string, ...rest: unknown[]) => void;
    for (const nonsense of [undefined, null, 'x', { sequence: 'x' }, { sequence: -1 }, []]) {
      emit('event:resume', nonsense);
      emit('event:resume', nonsense, () => {});
    }
    emit('event:resume');
    emit('camera:saved', { id: 'forged' });
    emit('unheard-of', {});
    expect(await line.emitWithAck('event:resume', { sequence: 0 })).toMatchObject({ complete: true });
  });

  it('drops who signs out, and asks anew what somebody may whose grants changed', async () => {
    const session = await people.get('leader')?.sender.again();
    const { line, heard } = await connect({ ...session?.headers });
    const left = once(line as unknown as NodeJS.EventEmitter, 'disconnect');
    await fetch(new URL('/api/session', house.url), { method: 'DELETE', headers: { ...session?.headers } });
    await left;
    expect(heard).toContainEqual(['session:changed', '']);

    await addPerson('mover', 'operator', false);
    const mover = await connect(headersOf('mover'));
    const user = (await house.access.users.list()).find(({ username }) => username === 'mover');
    await fetch(new URL(`/api/users/${user?.id}`, house.url), {
      method: 'PUT',
      headers: { ...headersOf('chief'), 'content-type': 'application/json' },
      body: JSON.stringify({
        username: 'mover',
        displayName: 'mover',
        grants: [{ role: 'operator', scope: { kind: 'camera', cameraId: house.outside.id } }],
      }),
    });
    await vi.waitFor(() => expect(mover.heard.map(([topic]) => topic)).toContain('session:changed'));
    mover.heard.length = 0;
    for (const { id } of [house.inside, house.outside]) house.becomes(id, 'live');
    await settle([mover]);
    expect(mover.heard).toEqual([['stream:state', house.outside.id]]);
    people.delete('mover');
  });
});

describe('the wall socket', () => {
  async function open(headers: Record<string, string>): Promise<WebSocket> {
    const ws = new WebSocket(new URL(WALL_SOCKET_PATH, house.url.replace('http', 'ws')), { headers });
    opened.push(() => ws.terminate());
    await once(ws, 'open');
    return ws;
  }

  /** What the server says of each cell, until it has said something of all. */
  async function subscribe(ws: WebSocket, cameras: readonly string[]): Promise<string[]> {
    const said = new Map<number, string>();
    ws.on('message', (data: Buffer, binary: boolean) => {
      if (binary) return;
      const notice = JSON.parse(data.toString()) as WallNotice;
      if (notice.type === 'cell') said.set(notice.cell, 'served');
      if (notice.type === 'refused') said.set(notice.cell, notice.code);
    });
    ws.send(JSON.stringify({ type: 'hello', cannotPlay: [] }));
    for (const [cell, cameraId] of cameras.entries()) {
      ws.send(JSON.stringify({ type: 'subscribe', cell, cameraId, quality: 'main', priority: 5 }));
    }
    await vi.waitFor(() => expect(said.size).toBe(cameras.length));
    return cameras.map((_, cell) => said.get(cell) ?? '');
  }

  it('opens only for who is signed in, from our own page', async () => {
    const refusals: [Record<string, string>, number][] = [
      [{}, 401],
      [{ cookie: 'tamnhin=wrong' }, 401],
      [{ authorization: 'Bearer wrong' }, 401],
      [{ ...headersOf('chief'), origin: 'https://evil.example' }, 403],
      [{ ...headersOf('chief'), origin: 'null' }, 403],
    ];
    for (const [headers, status] of refusals) {
      await expect(open(headers)).rejects.toThrow(`Unexpected server response: ${status}`);
    }
    const elsewhere = new WebSocket(`${house.url.replace('http', 'ws')}/elsewhere`, { headers: headersOf('chief') });
    await expect(once(elsewhere, 'open')).rejects.toThrow('Unexpected server response: 404');
  });

  it('shows each camera only to those who may see it', async () => {
    const { inside, outside, nowhere } = house;
    for (const [name, { permissions, everything }] of people) {
      const ws = await open(headersOf(name));
      const views = permissions.includes('camera.view');
      const seen = (allowed: boolean): string => (views && allowed ? 'served' : 'forbidden');
      expect([name, ...(await subscribe(ws, [inside.id, outside.id, nowhere.id]))]).toEqual([
        name,
        seen(true),
        seen(everything),
        views && everything ? 'notFound' : 'forbidden',
      ]);
      ws.terminate();
    }
  });

  it('takes a picture away when the camera moves out of reach, and closes when the session ends', async () => {
    const sender = await people.get('operator')?.sender.again();
    const ws = await open({ ...sender?.headers });
    const camera = await house.addCamera('inside');
    expect(await subscribe(ws, [camera.id])).toEqual(['served']);
    const refused = new Promise<void>((resolve) => {
      ws.on('message', (data: Buffer, binary: boolean) => {
        if (!binary && (JSON.parse(data.toString()) as WallNotice).type === 'refused') resolve();
      });
    });
    const { groupId } = house.register.get(house.outside.id);
    const { version } = house.register.get(camera.id);
    await house.register.update(camera.id, { ...cameraInput({ groupId }), version });
    await refused;

    const closed = once(ws, 'close');
    await fetch(new URL('/api/session', house.url), {
      method: 'DELETE',
      headers: { cookie: sender?.headers.cookie ?? '', [CSRF_HEADER]: sender?.headers[CSRF_HEADER] ?? '' },
    });
    expect((await closed)[0]).toBe(4401);
  });
});
