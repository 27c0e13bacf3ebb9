import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { Fragment, StreamInfo } from '#contracts/media';
import type { Adapter } from '../../camera-adapters/adapter.ts';
import { createIngest } from '../../camera-adapters/ffmpeg/ingest.ts';
import { createRtmpAdapter } from '../../camera-adapters/rtmp-push/adapter.ts';
import { createRtmpIngest, type RtmpIngest } from '../../camera-adapters/rtmp-push/ingest.ts';
import { connectRtmp } from '../fakes/rtmp-client.ts';

const KEY = 'key-of-the-drone-0123456789';

describe('RTMP push, with FFmpeg as the camera', () => {
  let ingest: RtmpIngest;
  let adapter: Adapter;
  const publishers: ChildProcess[] = [];

  beforeEach(async () => {
    const house = { clock: systemClock, log: silentLogger() };
    ingest = createRtmpIngest({
      config: { rtmpHost: '127.0.0.1', rtmpPort: 0, livenessMs: 2000 },
      ...house,
      listenPort: 0,
    });
    const ffmpeg = createIngest({ ffmpegPath: 'ffmpeg', fragmentMs: 200, readTimeoutMs: 10_000, ...house });
    adapter = createRtmpAdapter({ ingest, ffmpeg, ...house });
    ingest.setKeys(new Map([[KEY, 'drone']]));
    await ingest.start();
  });

  afterEach(async () => {
    for (const publisher of publishers.splice(0)) publisher.kill('SIGKILL');
    await ingest.stop();
  });

  function publish(key: string): ChildProcess {
    const publisher = spawn(
      'ffmpeg',
      [
        ['-v', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15'],
        ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100'],
        ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '15', '-pix_fmt', 'yuv420p'],
        ['-c:a', 'aac', '-f', 'flv', `rtmp://127.0.0.1:${ingest.port()}/live/${key}`],
      ].flat(),
      { stdio: 'ignore' },
    );
    publishers.push(publisher);
    return publisher;
  }

  /** Resolves when the publisher of the camera has come (or gone). */
  function turned(on: boolean): Promise<void> {
    return new Promise((resolve) => {
      const end = ingest.onPublish((cameraId, publishing) => {
        if (cameraId !== 'drone' || publishing !== on) return;
        end();
        resolve();
      });
    });
  }

  function watch() {
    const controller = new AbortController();
    const infos: StreamInfo[] = [];
    const fragments: Fragment[] = [];
    let more: () => void = () => undefined;
    const ended = adapter.run({
      cameraId: 'drone',
      role: 'main',
      source: { kind: 'rtmp' },
      credentials: { username: '', password: KEY },
      sink: {
        info: (info) => infos.push(info),
        fragment(fragment) {
          fragments.push(fragment);
          more();
        },
      },
      signal: controller.signal,
    });
    const outcome = ended.then(
      () => 'resolved',
      (error: unknown) => error,
    );
    return {
      infos,
      fragments,
      outcome,
      stop: () => controller.abort(),
      /** Resolves when `count` fragments have come; rejects when the run ends before. */
      reached: (count: number) =>
        new Promise<void>((resolve, reject) => {
          more = () => fragments.length >= count && resolve();
          more();
          void outcome.then((end) => reject(new Error('the run ended', { cause: end })));
        }),
    };
  }

  it('brings picture and sound of a publisher with the key', async () => {
    const came = turned(true);
    publish(KEY);
    await came;
    const view = watch();
    await view.reached(5);
    expect(view.infos).toHaveLength(1);
    expect(view.infos[0]?.video).toMatchObject({ width: 320, height: 180 });
    expect(view.infos[0]?.audio?.codec).toBe('mp4a.40.2');
    expect(view.fragments[0]?.keyframe).toBe(true);
    view.stop();
    expect(await view.outcome).toBe('resolved');
  });

  it('says that it waits for a publisher, also while one with a wrong key tries', async () => {
    const wrong = publish('not-the-key');
    await new Promise((resolve) => wrong.once('exit', resolve));
    expect(wrong.exitCode).not.toBe(0);
    expect(await watch().outcome).toMatchObject({ kind: 'waitingForPublisher' });
  });

  it('notices that the publisher was killed, and takes it up again when it is back', async () => {
    const came = turned(true);
    const first = publish(KEY);
    await came;
    const before = watch();
    await before.reached(2);
    const [gone, back] = [turned(false), turned(true)];
    first.kill('SIGKILL');
    await gone;
    expect(await before.outcome).toMatchObject({ kind: 'waitingForPublisher' });
    publish(KEY);
    await back;
    const after = watch();
    await after.reached(2);
    after.stop();
    await after.outcome;
  });

  it('notices that the publisher stands still with its connection open', async () => {
    const came = turned(true);
    const publisher = publish(KEY);
    await came;
    const view = watch();
    await view.reached(2);
    publisher.kill('SIGSTOP');
    expect(await view.outcome).toMatchObject({ kind: 'waitingForPublisher' });
  });

  it('keeps the picture while both known attacks are tried', async () => {
    const came = turned(true);
    publish(KEY);
    await came;
    const view = watch();
    await view.reached(2);
    const port = ingest.port() ?? 0;
    const noUrl = await connectRtmp(port);
    noUrl.command('connect', { app: 'live', tcUrl: 'no url' });
    await noUrl.closed;
    for (const key of ['not-the-key', KEY]) {
      const rejected = await connectRtmp(port);
      rejected.publish('live', key);
      // A sequence header of another size: it would begin a new generation if it came through.
      for (let i = 0; i < 20; i += 1) rejected.message(9, Buffer.from('1700000000014d001effe1000467640029', 'hex'));
      await rejected.closed;
    }
    await view.reached(view.fragments.length + 5);
    expect(view.infos).toHaveLength(1);
    const sequences = view.fragments.map((fragment) => fragment.sequence);
    expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? 0) + index));
    view.stop();
    await view.outcome;
  });
});
