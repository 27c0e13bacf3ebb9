import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  CameraRecording,
  DiskView,
  EvidenceKeyView,
  PolicyList,
  RecordingPolicy,
  RetentionPlan,
  RetentionQuestion,
  StoredStream,
} from '#contracts/recordings';
import { type House, openHouse, type Sender } from '../architecture/house.ts';
import { plainFragments, plainInfo, writeSegment } from '../fakes/segment-files.ts';

const DAY_MS = 86_400_000;
let house: House;
let administrator: Sender;
/** Looks after the cameras of one group alone. */
let local: Sender;

beforeAll(async () => {
  house = await openHouse();
  await house.person('admin', [{ role: 'administrator', scope: house.scopes.all }]);
  await house.person('local', [{ role: 'administrator', scope: house.scopes.group }]);
  administrator = await house.signIn('admin', () => true);
  local = await house.signIn('local', () => true);
});
afterAll(() => house.close());

async function send<T>(sender: Sender, name: string, body?: unknown): Promise<{ status: number; body: T }> {
  const [method = '', path = ''] = name.split(' ');
  const reply = await fetch(new URL(path, house.url), {
    method,
    headers: { ...sender.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}
const policy = (days: number, more: Partial<RecordingPolicy> = {}) => ({
  ...{ mode: 'continuous', streams: 'main', retention: { days } },
  ...more,
});
const list = async (sender = administrator): Promise<PolicyList> =>
  (await send<PolicyList>(sender, 'GET /api/recording-policies')).body;
const actions = async (): Promise<string[]> =>
  (await house.access.audit.query({ limit: 20 })).map(({ action }) => action);

describe('policies', () => {
  const classTarget = { kind: 'class', class: 'normal' };

  it('are set and removed by target, say for which camera they count, and stand in the audit', async () => {
    const { inside, outside } = house;
    expect((await list()).inForce.map(({ from }) => from)).toEqual([null, null]);
    await send(administrator, 'PUT /api/recording-policies', { target: classTarget, policy: policy(90) });
    await send(administrator, `PUT /api/cameras/${inside.id}/recording-policy`, { policy: policy(7) });
    const found = await list();
    expect(found.policies).toMatchObject([
      { target: classTarget, policy: { preRollSeconds: 8, retention: { days: 90, gigabytes: null } } },
      { target: { kind: 'camera', cameraId: inside.id } },
    ]);
    expect(found.inForce).toEqual([
      { cameraId: inside.id, from: { kind: 'camera', cameraId: inside.id } },
      { cameraId: outside.id, from: classTarget },
    ]);
    const one = await send<CameraRecording>(administrator, `GET /api/cameras/${inside.id}/recording-policy`);
    expect(one.body).toMatchObject({
      inForce: { policy: { retention: { days: 7 } } },
      above: { policy: { retention: { days: 90 } }, from: classTarget },
    });
    await send(administrator, `DELETE /api/cameras/${inside.id}/recording-policy`);
    await send(administrator, 'DELETE /api/recording-policies?kind=class&class=normal');
    // Nothing was there any more: nothing to be written down.
    await send(administrator, 'DELETE /api/recording-policies?kind=class&class=normal');
    expect((await list()).policies).toEqual([]);
    expect((await actions()).slice(0, 4).sort()).toEqual([
      ...['recordingPolicy.removed', 'recordingPolicy.removed', 'recordingPolicy.set', 'recordingPolicy.set'],
    ]);
    const [removed] = await house.access.audit.query({ limit: 1 });
    expect(removed?.detail).toMatchObject({ target: classTarget, before: { retention: { days: 90 } } });
  });

  it('that make no sense are refused with the field, and nothing is stored', async () => {
    const hours = [{ days: [1], fromMinute: 60, toMinute: 60 }];
    const wrong: [unknown, string][] = [
      [{ target: classTarget, policy: policy(0) }, 'policy.retention.days'],
      [{ target: classTarget, policy: policy(3, { hours }) }, 'policy.hours.0.toMinute'],
      [{ target: { kind: 'group', groupId: 'nowhere' }, policy: policy(3) }, 'target.groupId'],
      [{ target: { kind: 'class', class: 'royal' }, policy: policy(3) }, 'target.class'],
      // Cameras have a way of their own, where it is asked who may.
      [{ target: { kind: 'camera', cameraId: house.inside.id }, policy: policy(3) }, 'target.kind'],
    ];
    for (const [body, path] of wrong) {
      const reply = await send<{ error: { fields: { path: string }[] } }>(
        administrator,
        'PUT /api/recording-policies',
        body,
      );
      expect([path, reply.status, reply.body.error.fields[0]?.path]).toEqual([path, 400, path]);
    }
    expect((await send(administrator, 'DELETE /api/recording-policies?kind=camera&cameraId=x')).status).toBe(400);
    expect((await list()).policies).toEqual([]);
  });

  it('of cameras of others are not shown and not touched', async () => {
    const { inside, outside } = house;
    for (const { id } of [inside, outside]) {
      await send(administrator, `PUT /api/cameras/${id}/recording-policy`, { policy: policy(7) });
    }
    const theirs = await list(local);
    expect(theirs.inForce.map(({ cameraId }) => cameraId)).toEqual([inside.id]);
    expect(theirs.policies.map(({ target }) => target)).toEqual([{ kind: 'camera', cameraId: inside.id }]);
    expect((await send(local, `DELETE /api/cameras/${outside.id}/recording-policy`)).status).toBe(404);
    expect((await send(local, 'PUT /api/recording-policies', { target: classTarget, policy: policy(1) })).status).toBe(
      403,
    );
    expect((await send(local, `DELETE /api/cameras/${inside.id}/recording-policy`)).status).toBe(204);
    await send(administrator, `DELETE /api/cameras/${outside.id}/recording-policy`);
  });
});

describe('storage', () => {
  it('says what lies where and what would go, and asks whom it concerns', async () => {
    const { store, disk, retention } = house.recording;
    for (let at = 0; at < 12; at += 1) {
      const fragments = plainFragments(Date.now() - 40 * DAY_MS + at * 10_000, 10, 2000);
      const written = await writeSegment({ disk, cameraId: 'gone', info: plainInfo, fragments });
      const { groups, ...end } = written.end;
      await store.adopt({ ...written.segment, ...end }, groups);
    }
    const [view] = (await send<DiskView[]>(administrator, 'GET /api/storage/disks')).body;
    expect(view).toMatchObject({ path: disk.root, state: 'ready', floorBytes: 5 * 2 ** 30, fullInDays: null });
    const stored = await send<StoredStream[]>(administrator, `GET /api/storage/disks/${disk.id}/recordings`);
    expect(stored.body.map(({ cameraId }) => cameraId).sort()).toEqual(
      ['gone', house.inside.id, house.outside.id].sort(),
    );
    expect(stored.body.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(view?.recordedBytes);
    const plan = (await send<RetentionPlan>(administrator, 'GET /api/retention/plan')).body;
    expect(plan.disks[0]).toMatchObject({ asks: true, dueSegments: 12, streams: [{ cameraId: 'gone', why: 'age' }] });

    await retention.pass();
    const questions = await send<RetentionQuestion[]>(administrator, 'GET /api/retention/questions');
    const [question] = questions.body;
    expect(question).toMatchObject({ diskId: disk.id, segments: 12, cameras: 1, left: null });
    const answer = (more: object) =>
      send<{ error: { code: string } } | undefined>(administrator, `POST /api/retention/questions/${disk.id}/answer`, {
        answer: 'delete',
        askedMs: question?.askedMs,
        bytes: question?.bytes,
        ...more,
      });
    const stale = await answer({ bytes: 1 });
    expect([stale.status, stale.body?.error.code]).toEqual([409, 'retention.changed']);
    expect((await answer({ answer: 'keep' })).status).toBe(204);
    await retention.pass();
    expect((await send<RetentionQuestion[]>(administrator, 'GET /api/retention/questions')).body).toMatchObject([
      { left: { by: 'admin' } },
    ]);
    expect((await answer({})).status).toBe(204);
    await retention.pass();
    expect(await store.ofStream({ cameraId: 'gone', role: 'main' }, { startMs: 0, id: 0 }, 10)).toEqual([]);
    expect((await answer({})).status).toBe(404);
    expect((await actions()).slice(0, 2)).toEqual(['retention.confirmed', 'retention.declined']);
  });
});

describe('evidence keys', () => {
  it('are renewed once by two who press at once, and the old one is kept to verify', async () => {
    const keys = async () => (await send<EvidenceKeyView[]>(administrator, 'GET /api/evidence/keys')).body;
    const [first] = await keys();
    const rotate = () => send<EvidenceKeyView[]>(administrator, 'POST /api/evidence/keys', { current: first?.id });
    const replies = [await rotate(), await rotate()];
    expect(replies.map(({ status }) => status)).toEqual([200, 409]);
    const now = await keys();
    expect(now.map(({ retiredMs }) => retiredMs === null)).toEqual([false, true]);
    expect(now[0]?.id).toBe(first?.id);
    expect((await actions())[0]).toBe('evidence.keyRotated');
    expect(JSON.stringify(replies)).not.toMatch(/PRIVATE|private/);
  });
});
