import { describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { rtspSourceSchema, type StreamWay } from '#contracts/camera';
import type { Fragment } from '#contracts/media';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { CameraFault } from '../adapter.ts';
import { createAddressGuard } from '../address-guard.ts';
import { type DirectRequest, GivenUp, StreamNotForUs } from './direct-ingest.ts';
import { NoPictures } from './picture-watch.ts';
import { createRtspAdapter } from './rtsp-adapter.ts';
import { Flooding } from './session.ts';

const FRAGMENT: Fragment = {
  ...{ generation: 1, sequence: 1, decodeTime: 0, duration: 1, wallClockMs: 0, keyframe: true },
  bytes: new Uint8Array(1),
};

function setUp(answer: (request: DirectRequest) => Promise<void>, rtsp: 'direct' | 'ffmpeg' = 'direct') {
  const clock = createFakeClock();
  const dialled: string[] = [];
  let gives = true;
  const adapter = createRtspAdapter({
    direct: {
      run(request) {
        dialled.push(`direct ${request.url} ${request.credentials.username} ${request.g711}`);
        return answer(request);
      },
    },
    ingest: {
      async run({ input, sink }) {
        dialled.push(input.kind === 'rtsp' ? `ffmpeg ${input.url}` : input.kind);
        if (gives) sink.fragment(FRAGMENT);
      },
    },
    guard: createAddressGuard({ allowNetworks: [] }),
    stills: { jpeg: async () => new Uint8Array() },
    config: { rtsp, g711: 'leaveOut' },
    clock,
    log: silentLogger(),
  });
  async function run(mainUrl = 'rtsp://10.0.0.5/a'): Promise<StreamWay[]> {
    const ways: StreamWay[] = [];
    await adapter.run({
      ...{ cameraId: 'gate', role: 'main', source: rtspSourceSchema.parse({ kind: 'rtsp', mainUrl }) },
      credentials: { username: 'u', password: 'p' },
      sink: { info: () => {}, fragment: () => {} },
      signal: new AbortController().signal,
      onWay: (way) => ways.push(way),
    });
    return ways;
  }
  const silence = (): void => {
    gives = false;
  };
  return { clock, dialled, run, silence };
}

const DIRECT = { by: 'direct', reason: null, what: '' };

it('reads by our own client, which is given the login apart from the address', async () => {
  const { dialled, run } = setUp(async () => {});
  expect(await run('rtsp://me:secret@10.0.0.5/a')).toEqual([DIRECT]);
  expect(dialled).toEqual(['direct rtsp://10.0.0.5/a me leaveOut']);
});

it('leaves to FFmpeg what our client does not know, and remembers it for an hour', async () => {
  const { clock, dialled, run } = setUp(() => Promise.reject(new StreamNotForUs('codec', 'JPEG', 'no')));
  const way = { by: 'ffmpeg', reason: 'codec', what: 'JPEG' };
  expect(await run()).toEqual([DIRECT, way]);
  expect(await run()).toEqual([way]);
  expect(await run('rtsp://10.0.0.5/other')).toEqual([DIRECT, way]);
  clock.advance(3_600_001);
  expect(await run()).toEqual([DIRECT, way]);
  expect(dialled[1]).toBe('ffmpeg rtsp://u:p@10.0.0.5/a');
});

it('lets FFmpeg try what our client takes for broken, and remembers it only when that gives a picture', async () => {
  const broken = new CameraFault('malformedStream', 'no end of a header');
  const { run, silence } = setUp(() => Promise.reject(broken));
  const way = { by: 'ffmpeg', reason: 'misread', what: 'no end of a header' };
  expect(await run()).toEqual([DIRECT, way]);
  expect(await run()).toEqual([way]);
  silence();
  expect(await run('rtsp://10.0.0.5/b')).toEqual([DIRECT, way]);
  expect(await run('rtsp://10.0.0.5/b')).toEqual([DIRECT, way]);
});

it.each(['unauthorised', 'unreachable', 'ended', 'timeout'] as const)(
  'does not bother FFmpeg with %s',
  async (kind) => {
    const { dialled, run } = setUp(() => Promise.reject(new CameraFault(kind, 'x')));
    await expect(run()).rejects.toMatchObject({ kind });
    expect(dialled).toHaveLength(1);
  },
);

it('does not bother FFmpeg where a stream was given up by us', async () => {
  const { dialled, run } = setUp(() => Promise.reject(new GivenUp('x')));
  await expect(run()).rejects.toMatchObject({ kind: 'internal' });
  expect(dialled).toHaveLength(1);
});

it('does not let a flood loose on FFmpeg either', async () => {
  const { dialled, run } = setUp(() => Promise.reject(new Flooding()));
  for (let time = 0; time < 4; time += 1) await expect(run()).rejects.toMatchObject({ kind: 'malformedStream' });
  expect(new Set(dialled)).toEqual(new Set([dialled[0]]));
});

it('does not change the way of a stream that had begun', async () => {
  const { dialled, run } = setUp(async ({ sink }) => {
    sink.fragment(FRAGMENT);
    throw new CameraFault('malformedStream', 'x');
  });
  await expect(run()).rejects.toMatchObject({ kind: 'malformedStream' });
  expect(dialled).toHaveLength(1);
});

it('says of packets that make no picture that this is why FFmpeg reads them', async () => {
  const { run } = setUp(() => Promise.reject(new NoPictures()));
  const way = { by: 'ffmpeg', reason: 'noPicture', what: 'the packets of the device make hardly a picture' };
  expect(await run()).toEqual([DIRECT, way]);
  expect(await run()).toEqual([way]);
});

describe('a stream that breaks off after its first picture', () => {
  const breaking = (heldMs: () => number) => {
    const made = setUp(async ({ sink }) => {
      sink.fragment(FRAGMENT);
      made.clock.advance(heldMs());
      throw new CameraFault('malformedStream', 'x');
    });
    const breaks = async (times: number): Promise<void> => {
      for (let time = 0; time < times; time += 1) await expect(made.run()).rejects.toMatchObject({ message: 'x' });
    };
    return { ...made, breaks };
  };
  const way = { by: 'ffmpeg', reason: 'breaks', what: 'x' };

  it('is left to FFmpeg after three times in a row, and after an hour again as soon as it breaks', async () => {
    const { clock, run, breaks } = breaking(() => 5000);
    await breaks(3);
    expect(await run()).toEqual([way]);
    expect(await run()).toEqual([way]);
    clock.advance(3_600_001);
    await breaks(1);
    expect(await run()).toEqual([way]);
  });

  it('stays ours where it has held for long in between', async () => {
    const held = [5000, 5000, 600_000, 5000, 5000];
    const { run, breaks } = breaking(() => held.shift() ?? 5000);
    await breaks(5);
    expect(await run()).toEqual([way]);
  });

  it('is tried in turns where FFmpeg has no picture of it either', async () => {
    const { dialled, run, breaks, silence } = breaking(() => 5000);
    await breaks(3);
    silence();
    for (let round = 0; round < 2; round += 1) {
      expect(await run()).toEqual([way]);
      await breaks(1);
    }
    expect(dialled.slice(3).map((line) => line.split(' ')[0])).toEqual(['ffmpeg', 'direct', 'ffmpeg', 'direct']);
  });
});

it('reads all by FFmpeg where that is set', async () => {
  const { dialled, run } = setUp(async () => {}, 'ffmpeg');
  expect(await run()).toEqual([{ by: 'ffmpeg', reason: 'setting', what: '' }]);
  expect(dialled).toEqual(['ffmpeg rtsp://u:p@10.0.0.5/a']);
});
