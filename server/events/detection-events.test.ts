import sharp from 'sharp';
import { expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { EventData, NewEvent, TamnhinEvent } from '#contracts/events';
import { ruleSchema } from '#contracts/rules';
import { createDetectionEvents, type DetectedHit } from './detection-events.ts';

const AT = Date.UTC(2026, 0, 5, 8);
const rule = ruleSchema.parse({
  ...{ id: 'gate', name: 'Gate', enabled: true, severity: 'severe', receivers: ['police'], mergeSeconds: 60 },
  ...{ kind: 'presence', area: null },
});
const frame = { width: 64, height: 36, pixels: new Uint8Array(64 * 36 * 3).fill(90), wallClockMs: AT };
const hit: DetectedHit = {
  ...{ cameraId: 'c1', rule, atMs: AT, count: null, direction: null, signal: null, frame, model: 'Red' },
  track: {
    ...{ id: 'run-1', label: 'person', score: 0.8, firstMs: AT - 20_000, path: [[0.5, 0.5, AT]] },
    box: { left: 0.9, top: 0.4, width: 0.2, height: 0.3 },
  },
};

function start(options: { slow?: (cameraId: string) => Promise<void>; fails?: () => boolean } = {}) {
  const appended: NewEvent[] = [];
  const kept: { cameraId: string; during: Uint8Array }[] = [];
  const events = createDetectionEvents({
    pictures: {
      async keep(cameraId, { during }) {
        await options.slow?.(cameraId);
        if (during !== undefined) kept.push({ cameraId, during });
        return 'name';
      },
    },
    async append(event) {
      if (options.fails?.() === true) throw new Error('no room');
      appended.push(event);
      return { ...event, sequence: appended.length, id: String(appended.length) } as TamnhinEvent;
    },
    newestPicture: async () => null,
    log: silentLogger(),
  });
  return { events, appended, kept };
}

it('tells what held, of what, where, and what is to be looked back at', async () => {
  const { events, appended, kept } = start();
  events.told(hit);
  await events.close();
  expect(appended).toHaveLength(1);
  expect(appended[0]).toMatchObject({
    ...{ type: 'vn.tamnhin.detection.presence', timeMs: AT, severity: 'severe', cameraId: 'c1' },
    data: {
      ...{ ruleId: 'gate', ruleName: 'Gate', label: 'person', score: 0.8, trackId: 'run-1', path: [[0.5, 0.5, AT]] },
      ...{ fromMs: AT - 25_000, toMs: AT + 10_000, pictures: 'name', model: 'Red' },
      alert: { receivers: ['police'], mergeSeconds: 60 },
    },
  });
  const data = appended[0]?.data as EventData['vn.tamnhin.detection.presence'];
  expect((data.box?.left ?? 0) + (data.box?.width ?? 0)).toBeLessThanOrEqual(1);
  expect(await sharp(kept[0]?.during).metadata()).toMatchObject({ format: 'jpeg', width: 64, height: 36 });
});

it('calls nobody where the rule does not want it, and tells without a picture where there is none', async () => {
  const { events, appended } = start();
  const signal = ruleSchema.parse({ id: 's', name: 'Door', enabled: true, alert: false, kind: 'cameraSignal' });
  events.told({ ...hit, rule: signal, track: null, frame: null, signal: 'Device/Trigger', model: null });
  await events.close();
  expect(appended[0]).toMatchObject({
    type: 'vn.tamnhin.detection.cameraSignal',
    data: { label: null, box: null, trackId: null, path: [], signal: 'Device/Trigger', pictures: null, alert: null },
  });
});

it('keeps the order of a camera, and no camera waits for another', async () => {
  let free = (): void => {};
  const held = new Promise<void>((resolve) => {
    free = resolve;
  });
  const { events, appended } = start({ slow: async (cameraId) => (cameraId === 'slow' ? held : undefined) });
  for (const atMs of [1, 2, 3]) events.told({ ...hit, cameraId: 'slow', atMs });
  events.told({ ...hit, cameraId: 'quick', atMs: 9 });
  await expect.poll(() => appended.length).toBe(1);
  expect(events.figures()).toMatchObject({ events: 1, waiting: 3 });
  free();
  await events.close();
  expect(appended.map(({ timeMs }) => timeMs)).toEqual([9, 1, 2, 3]);
});

it('has a bound, and one that is lost costs only itself', async () => {
  let failing = true;
  const { events, appended } = start({ fails: () => failing });
  events.told(hit);
  await events.close();
  failing = false;
  for (let at = 0; at < 230; at += 1) events.told(hit);
  await events.close();
  expect(appended).toHaveLength(200);
  expect(events.figures()).toEqual({ events: 200, waiting: 0, lost: 31 });
});
