import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { virtualSourceSchema } from '#contracts/camera';
import type { StreamInfo, StreamRole } from '#contracts/media';
import { createIngest } from '../ffmpeg/ingest.ts';
import { createStillDecoder } from '../ffmpeg/still-decoder.ts';
import { prepareScenes } from '../simulator/scenes.ts';
import { createVirtualAdapter } from './virtual-adapter.ts';

const deps = { clock: systemClock, log: silentLogger() };
const adapter = createVirtualAdapter({
  ...deps,
  ingest: createIngest({ ...deps, ffmpegPath: 'ffmpeg', fragmentMs: 200, readTimeoutMs: 5000 }),
  stills: createStillDecoder({ ffmpegPath: 'ffmpeg' }),
  scenes: () => prepareScenes(join(tmpdir(), 'tamnhin-scenes')),
});
const source = virtualSourceSchema.parse({ kind: 'virtual', scene: 'market' });
const credentials = { username: '', password: '' };

it.each([
  ['main', 1280, 720],
  ['sub', 640, 360],
] as [StreamRole, number, number][])('draws %s', async (role, width, height) => {
  const enough = new AbortController();
  const infos: StreamInfo[] = [];
  await adapter.run({
    cameraId: 'a',
    role,
    source,
    credentials,
    signal: enough.signal,
    sink: { info: (info) => void infos.push(info), fragment: () => enough.abort() },
  });
  expect(infos[0]?.video).toMatchObject({ codec: expect.stringMatching(/^avc1\.42/), width, height, frameRate: 15 });
  expect(infos[0]?.audio).toBeNull();
});

it('is tested before save like any camera', async () => {
  const answer = await adapter.probe({ source, credentials, timeoutMs: 9000, signal: new AbortController().signal });
  expect(answer).toMatchObject({ ok: true, streams: [{ role: 'main', width: 1280 }] });
  expect(answer.snapshot).not.toBeNull();
});
