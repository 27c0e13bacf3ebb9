import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isWithin } from '#base/hours';
import { silentLogger } from '#base/log';
import { type RecordingPolicy, recordingPolicySchema } from '#contracts/recordings';
import { recordingsSection } from '../config/sections/recordings.ts';
import { createFakeClock } from '../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import { happens, planOf, rolesOf } from './plan.ts';
import { createPolicies } from './policies.ts';

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
beforeEach(async () => {
  database = await createTemporaryDatabase();
});
afterEach(() => database.close());

const open = () =>
  createPolicies({
    database,
    config: recordingsSection.parse({ mode: 'event', days: 7 }),
    clock: createFakeClock(),
    log: silentLogger(),
  });
const policy = (days: number, more: object = {}): RecordingPolicy =>
  recordingPolicySchema.parse({ mode: 'continuous', streams: 'main', retention: { days }, ...more });
const camera = { id: 'c', class: 'high', groupIds: ['near', 'far'] } as const;

describe('policies', () => {
  it('the closest counts, and what lies above counts again when it goes', async () => {
    const policies = await open();
    const days = (): number => policies.resolve(camera).retention.days;
    const changed = vi.fn();
    policies.onChanged(changed);
    const targets = [
      { kind: 'all' },
      { kind: 'class', class: 'high' },
      { kind: 'group', groupId: 'far' },
      { kind: 'group', groupId: 'near' },
      { kind: 'camera', cameraId: 'c' },
    ] as const;
    expect([policies.resolve(camera).mode, days()]).toEqual(['event', 7]);
    for (const [at, target] of targets.entries()) {
      await policies.set(target, policy(100 + at));
      expect(days()).toBe(100 + at);
    }
    expect(policies.resolve({ id: 'x', class: 'low', groupIds: [] }).retention.days).toBe(100);
    for (const [at, target] of [...targets.entries()].reverse()) {
      expect(days()).toBe(100 + at);
      await policies.remove(target);
    }
    expect(days()).toBe(7);
    await policies.remove({ kind: 'all' });
    expect(changed).toHaveBeenCalledTimes(10);
  });

  it('say what they come from, and what would count without the own one', async () => {
    const policies = await open();
    expect(policies.inForce(camera)).toEqual({ policy: policies.configured, from: null });
    await policies.set({ kind: 'all' }, policy(50));
    await policies.set({ kind: 'group', groupId: 'far' }, policy(60));
    await policies.set({ kind: 'camera', cameraId: 'c' }, policy(70));
    expect(policies.inForce(camera)).toMatchObject({ policy: { retention: { days: 70 } }, from: { cameraId: 'c' } });
    expect(policies.inForce(camera, 'above').from).toEqual({ kind: 'group', groupId: 'far' });
    expect(policies.ofUnknown().retention.days).toBe(50);
  });

  it('go with the cameras and groups that they were for', async () => {
    const policies = await open();
    await policies.set({ kind: 'all' }, policy(50));
    await policies.set({ kind: 'group', groupId: 'far' }, policy(60));
    await policies.set({ kind: 'camera', cameraId: 'gone' }, policy(70));
    await policies.removeLost((target) => target.kind !== 'camera');
    expect(policies.list().map(({ target }) => target.kind)).toEqual(['all', 'group']);
    expect((await open()).list()).toHaveLength(2);
  });

  it('are kept, and one that cannot be read costs no other', async () => {
    const first = await open();
    await first.set({ kind: 'all' }, policy(3));
    await first.set({ kind: 'camera', cameraId: 'c' }, policy(4, { mode: 'off' }));
    await database.run("INSERT INTO recording_policies VALUES ('group', 'g', '{\"mode\":1}', 0)");
    const again = await open();
    expect(again.list().map(({ target }) => target.kind)).toEqual(['all', 'camera']);
    expect(again.resolve(camera)).toMatchObject({ mode: 'off', retention: { days: 4 } });
  });

  it('are refused with the field that is wrong', async () => {
    const policies = await open();
    const wrong = { ...policy(3), hours: [{ days: [1], fromMinute: 60, toMinute: 60 }] };
    await expect(policies.set({ kind: 'all' }, wrong)).rejects.toMatchObject({
      kind: 'invalid',
      fields: [{ path: 'hours.0.toMinute' }],
    });
    expect(policies.list()).toEqual([]);
  });
});

describe('what a policy says of a moment', () => {
  /** In the time zone of this machine, whichever it is: Wednesday. */
  const at = (hour: number, minute = 0): number => new Date(2026, 10, 25, hour, minute).getTime();
  const hours = [{ days: [2, 3], fromMinute: 8 * 60, toMinute: 17 * 60 + 30 }];

  it('knows the hours of the week', () => {
    expect([at(7, 59), at(8), at(17, 29), at(17, 30)].map((ms) => isWithin(hours, ms))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isWithin([{ days: [1], fromMinute: 0, toMinute: 1440 }], at(12))).toBe(false);
    expect(isWithin([{ days: [2], fromMinute: 0, toMinute: 1440 }], at(23, 59))).toBe(true);
  });

  it('records by the hours, and around events outside of them', () => {
    const schedule = policy(1, { mode: 'schedule', hours });
    const happening = { fromMs: at(19), untilMs: at(20) };
    expect(planOf(schedule, undefined, at(12))).toEqual({ kind: 'always' });
    expect(planOf(schedule, undefined, at(19))).toEqual({ kind: 'never' });
    expect(planOf(schedule, happening, at(19))).toEqual({ kind: 'around', ...happening });
    expect(planOf(policy(1, { mode: 'off' }), happening, at(19))).toEqual({ kind: 'never' });
  });

  it('joins events that follow each other, and no others', () => {
    const event = policy(1, { mode: 'event', preRollSeconds: 10, postRollSeconds: 30 });
    const first = happens(undefined, event, 100_000);
    expect(first).toEqual({ fromMs: 90_000, untilMs: 130_000 });
    expect(happens(first, event, 120_000)).toEqual({ fromMs: 90_000, untilMs: 150_000 });
    expect(happens(first, event, 95_000)).toEqual({ fromMs: 85_000, untilMs: 130_000 });
    expect(happens(first, event, 200_000)).toEqual({ fromMs: 190_000, untilMs: 230_000 });
  });

  it('takes the stream that a camera has for one that it has not', () => {
    expect(rolesOf('sub', ['main', 'sub'])).toEqual(['sub']);
    expect(rolesOf('sub', ['main'])).toEqual(['main']);
    expect(rolesOf('both', ['main', 'sub'])).toEqual(['main', 'sub']);
    expect(rolesOf('main', [])).toEqual([]);
  });
});
