import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createEventPictures, type EventPictures } from './event-pictures.ts';

const clock = createFakeClock();
let folder: string;
let pictures: EventPictures;
const open = (mostBytes: number): Promise<EventPictures> =>
  createEventPictures({ folder: join(folder, 'event-pictures'), mostBytes, clock, log: silentLogger() });
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-pictures-'));
  pictures = await open(1000);
});
afterEach(() => rm(folder, { recursive: true }));

const jpeg = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7);
async function keep(cameraId: string): Promise<string> {
  clock.advance(1000);
  return (await pictures.keep(cameraId, { before: jpeg(100), during: jpeg(200) })) ?? '';
}

it('keeps both pictures, each to its camera', async () => {
  const name = await keep('gate');
  expect((await pictures.read('gate', name, 'before'))?.byteLength).toBe(100);
  expect((await pictures.read('gate', name, 'during'))?.byteLength).toBe(200);
  expect(await pictures.read('market', name, 'before')).toBeUndefined();
  const alone = (await pictures.keep('gate', { during: jpeg(10) })) ?? '';
  expect(await pictures.read('gate', alone, 'before')).toBeUndefined();
});

it('lets the oldest go beyond its bound, over restarts, and nothing that is not its own', async () => {
  await mkdir(join(folder, 'event-pictures', 'gate'), { recursive: true });
  await writeFile(join(folder, 'event-pictures', 'gate', 'holiday.jpg'), jpeg(5000));
  const first = await keep('gate');
  const second = await keep('market');
  pictures = await open(1000);
  const third = await keep('gate');
  const fourth = await keep('gate');
  expect(await pictures.read('gate', first, 'before')).toBeUndefined();
  for (const name of [third, fourth]) expect(await pictures.read('gate', name, 'during')).toBeDefined();
  expect(await pictures.read('market', second, 'during')).toBeDefined();
  expect(await readdir(join(folder, 'event-pictures', 'gate'))).toContain('holiday.jpg');
});

it.each(['../gate', '..', '', 'gate/../..'])('has no camera %j', async (cameraId) => {
  const name = await keep('gate');
  expect(await pictures.keep(cameraId, { during: jpeg(1) })).toBeNull();
  expect(await pictures.read(cameraId, name, 'before')).toBeUndefined();
});

it('has no pictures by names that it did not give', async () => {
  await writeFile(join(folder, 'secret-before.jpg'), 'secret');
  for (const name of ['../../secret', 'x', '']) expect(await pictures.read('gate', name, 'before')).toBeUndefined();
});
