import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#base/database';
import type { CameraDraft } from '#contracts/camera';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { cameraInput, createTestRegister, FOUND, REFUSED_HOST, type TestRegister } from '../../tests/fakes/register.ts';
import { createCameraProbe } from './camera-probe.ts';

let database: Database;
let house: TestRegister;
beforeEach(async () => {
  database = await createTemporaryDatabase();
  house = await createTestRegister(database);
});
afterEach(() => database.close());

const rtsp = (mainUrl: string, more: { password?: string; username?: string } = {}): CameraDraft['source'] => ({
  kind: 'rtsp',
  mainUrl,
  username: 'admin',
  ...more,
});
const eventTypes = (): string[] => house.events.map((event) => event.type.split('.').at(-1) ?? '');

describe('registering', () => {
  it('keeps the password apart: sealed in the database, with the supervisor, in no view', async () => {
    const { camera } = await house.register.create(cameraInput({ source: rtsp('rtsp://a:plänted-pw@10.0.0.5/1') }));
    expect(camera).toMatchObject({ hasPassword: true, number: 1, version: 1, source: { username: 'admin' } });
    expect(JSON.stringify(camera)).not.toContain('nted-pw');
    expect(house.supervised.get(camera.id)?.credentials).toEqual({ username: 'admin', password: 'plänted-pw' });
    const row = await database.get<{ source: string; secret: Uint8Array }>('SELECT source, secret FROM cameras');
    expect(row?.source).not.toContain('nted-pw');
    expect(Buffer.from(row?.secret ?? []).includes('nted-pw')).toBe(false);
    expect(house.secrets.blank('login plänted-pw')).toBe('login ***');
    expect(eventTypes()).toEqual(['registered']);
  });

  it('is the same after a restart', async () => {
    const group = await house.groups.create({ name: 'Harbour', parentId: null });
    const place = { latitude: 10.37, longitude: 105.43, heading: 90, fieldOfView: null };
    await house.register.create(cameraInput({ groupId: group.id, place, number: 7, enabled: false }));
    const [before] = house.register.list();
    const again = await createTestRegister(database);
    again.register.start();
    expect(again.register.list()).toEqual([before]);
    expect([...again.supervised.values()]).toEqual([...house.supervised.values()]);
    expect(again.secrets.blank('hunter2')).toBe('***');
  });

  it('gives the lowest free number, and refuses one that is taken', async () => {
    const { register } = house;
    await register.create(cameraInput({ number: 2 }));
    const made = [await register.create(cameraInput()), await register.create(cameraInput())];
    expect(made.map(({ camera }) => camera.number)).toEqual([1, 3]);
    await expect(register.create(cameraInput({ number: 3 }))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'camera.numberTaken',
      fields: [{ path: 'number' }],
    });
    expect(register.list()).toHaveLength(3);
  });

  it('writes all of many or none', async () => {
    const entries = [1, 2, 1].map((number) => ({ input: cameraInput({ number }) }));
    const group = { id: 'g', name: 'New', parentId: null };
    await expect(house.register.createMany(entries, [group])).rejects.toMatchObject({ code: 'camera.numberTaken' });
    expect([house.register.list(), house.groups.list(), house.supervised.size]).toEqual([[], [], 0]);
    await house.register.createMany(entries.slice(0, 2), [group]);
    expect(house.groups.list()).toEqual([group]);
  });

  it('refuses unknown groups and addresses that the server may not call, each by its field', async () => {
    await expect(house.register.create(cameraInput({ groupId: 'nowhere' }))).rejects.toMatchObject({
      fields: [{ path: 'groupId', code: 'unknown' }],
    });
    await expect(
      house.register.create(cameraInput({ source: rtsp(`rtsp://${REFUSED_HOST}/latest`) })),
    ).rejects.toMatchObject({ kind: 'invalid', fields: [{ path: 'source.mainUrl', code: 'refusedAddress' }] });
    expect(house.register.list()).toEqual([]);
  });

  it('shows the key of a publisher once, and makes a new one on demand', async () => {
    const { camera, publishKey } = await house.register.create(cameraInput({ source: { kind: 'rtmp' } }));
    expect(publishKey).toMatchObject({ server: 'rtmp://127.0.0.1:1935/live' });
    const first = publishKey?.streamKey ?? '';
    expect(first.length).toBeGreaterThan(20);
    expect(camera).toMatchObject({ hasPassword: false, publishUrl: 'rtmp://127.0.0.1:1935/live' });
    expect(JSON.stringify(house.register.details(house.register.get(camera.id)))).not.toContain(first);

    const second = await house.register.rotatePublishKey(camera.id);
    expect(second.streamKey).not.toBe(first);
    expect(house.supervised.get(camera.id)?.credentials.password).toBe(second.streamKey);
    const { camera: other } = await house.register.create(cameraInput());
    await expect(house.register.rotatePublishKey(other.id)).rejects.toMatchObject({ code: 'camera.notRtmp' });
  });
});

describe('changing', () => {
  const update = (id: string, version: number, draft: Partial<CameraDraft> = {}) =>
    house.register.update(id, { ...cameraInput(draft), version });

  it('keeps the stored password where none is given, removes it for an empty one', async () => {
    const { camera } = await house.register.create(cameraInput());
    const kept = await update(camera.id, 1, { name: 'New', source: rtsp('rtsp://10.0.0.5:8554/2') });
    expect(kept).toMatchObject({ name: 'New', hasPassword: true, version: 2, number: 1 });
    expect(house.supervised.get(camera.id)?.credentials.password).toBe('hunter2');
    const removed = await update(camera.id, 2, { source: rtsp('rtsp://10.0.0.5/1', { password: '' }) });
    expect(removed.hasPassword).toBe(false);
  });

  it('does not send the stored password to another host', async () => {
    const { camera } = await house.register.create(cameraInput());
    for (const source of [rtsp('rtsp://evil.example/1'), { ...rtsp('rtsp://10.0.0.5/1'), subUrl: 'rtsp://evil/2' }]) {
      await expect(update(camera.id, 1, { source })).rejects.toMatchObject({
        code: 'camera.passwordNeeded',
        fields: [{ path: 'source.password' }],
      });
    }
    expect(house.supervised.get(camera.id)?.source).toMatchObject({ mainUrl: 'rtsp://10.0.0.5/1' });
    const moved = await update(camera.id, 1, { source: rtsp('rtsp://10.0.0.6/1', { password: 'other' }) });
    expect(moved.version).toBe(2);
  });

  it('refuses to overwrite what somebody else changed', async () => {
    const { camera } = await house.register.create(cameraInput());
    const both = await Promise.allSettled([update(camera.id, 1, { name: 'A' }), update(camera.id, 1, { name: 'B' })]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(update(camera.id, 1)).rejects.toMatchObject({ kind: 'conflict', code: 'camera.changedElsewhere' });
  });

  it('forgets what the device said when it becomes another device, not when it is renamed', async () => {
    const { register } = house;
    const { camera } = await register.create(cameraInput());
    await register.learn(camera.id, { make: 'Acme', model: 'One', firmware: '1.10', canPtz: true });
    expect(await update(camera.id, 1, { name: 'New' })).toMatchObject({ firmware: '1.10', canPtz: true });
    const source = rtsp('rtsp://10.0.0.5/other');
    expect(await update(camera.id, 2, { source })).toMatchObject({ make: '', canPtz: false });
  });
});

describe('removing', () => {
  it('ends the camera and tells', async () => {
    const { camera } = await house.register.create(cameraInput());
    const removed: string[] = [];
    house.register.onRemoved((id) => removed.push(id));
    await house.register.remove(camera.id);
    expect([house.register.list(), house.supervised.size, removed]).toEqual([[], 0, [camera.id]]);
    expect(eventTypes()).toEqual(['registered', 'removed']);
    await expect(house.register.remove(camera.id)).rejects.toMatchObject({ kind: 'notFound' });
    expect(house.register.target(camera.id)).toEqual({ kind: 'camera', cameraId: camera.id, groupIds: [] });
  });

  it('keeps a line of it, for those who look back: what it was called and where it lay, over a restart', async () => {
    const group = await house.groups.create({ name: 'Harbour', parentId: null });
    const place = { latitude: 10.37, longitude: 105.43, heading: null, fieldOfView: null };
    const { camera } = await house.register.create(cameraInput({ groupId: group.id, place }));
    await house.register.remove(camera.id);
    const { id, number, name } = camera;
    const line = { id, number, name, groupId: group.id, place, removedMs: expect.any(Number) };
    expect(house.register.removed()).toEqual([line]);
    const again = (await createTestRegister(database)).register;
    expect(again.findRemoved(id)).toEqual(line);
    expect(again.find(id)).toBeUndefined();
    expect(again.target(id)).toEqual({ kind: 'camera', cameraId: id, groupIds: [group.id] });
    // Nothing else of it is left, least of all its password.
    expect(JSON.stringify(await database.all('SELECT * FROM removed_cameras'))).not.toContain('10.0.0.5');
    await house.groups.remove(group.id);
    expect(house.register.target(id)).toEqual({ kind: 'camera', cameraId: id, groupIds: [] });
  });

  it('takes the cameras of the demo and no others', async () => {
    await house.register.create(cameraInput({ name: 'mine' }));
    await house.register.create(cameraInput(), { demo: true });
    expect(await house.register.removeDemo()).toBe(1);
    expect(house.register.list().map((camera) => camera.name)).toEqual(['mine']);
  });
});

describe('test before save', () => {
  const signal = new AbortController().signal;
  const sourceOf = (mainUrl: string, more = {}) => cameraInput({ source: rtsp(mainUrl, more) }).source;

  it('uses the stored password towards its own host, and nowhere else', async () => {
    const { camera } = await house.register.create(cameraInput());
    const { probe } = createCameraProbe(house);
    await probe({ source: sourceOf('rtsp://10.0.0.5/2'), cameraId: camera.id }, signal);
    await probe({ source: sourceOf('rtsp://evil/2', { password: 'typed' }), cameraId: camera.id }, signal);
    await probe({ source: sourceOf('rtsp://evil/2') }, signal);
    expect(house.probes.map(({ credentials }) => credentials.password)).toEqual(['hunter2', 'typed', '']);
    await expect(probe({ source: sourceOf('rtsp://evil/2'), cameraId: camera.id }, signal)).rejects.toMatchObject({
      code: 'camera.passwordNeeded',
    });
    expect(house.probes).toHaveLength(3);
  });

  it('runs eight at a time, lets some wait in turn, and sends the rest away', async () => {
    let running = 0;
    let most = 0;
    let open: () => void = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    house.answerProbes(async () => {
      running += 1;
      most = Math.max(most, running);
      await opened;
      running -= 1;
      return FOUND;
    });
    const { probe } = createCameraProbe(house);
    const asked = Array.from({ length: 80 }, () => probe({ source: sourceOf('rtsp://10.0.0.5/1') }, signal));
    const outcomes = Promise.allSettled(asked);
    await expect(
      Promise.any(
        asked.map((one) =>
          one.then(
            () => Promise.reject(),
            (error) => error,
          ),
        ),
      ),
    ).resolves.toMatchObject({
      kind: 'tooMany',
    });
    open();
    const settled = await outcomes;
    expect(most).toBe(8);
    expect(settled.filter((one) => one.status === 'fulfilled')).toHaveLength(72);
  });
});
