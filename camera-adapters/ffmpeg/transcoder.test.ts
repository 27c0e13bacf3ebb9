import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { Fragment, StreamInfo } from '#contracts/media';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createPublisher } from '../publisher.ts';
import { createSplitter } from './splitter.ts';
import { createTranscoder } from './transcoder.ts';

const START = Date.UTC(2026, 0, 5, 8);
const transcoder = createTranscoder({ ffmpegPath: 'ffmpeg', fragmentMs: 200, clock: systemClock, log: silentLogger() });

/** Two seconds of H.265 that were taken at `START`. */
function source(): { info: StreamInfo; fragments: Fragment[] } {
  const args =
    '-nostdin -v error -f lavfi -i testsrc2=size=321x181:rate=25:duration=2 -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=25:bframes=0 -pix_fmt yuv444p -output_ts_offset 100 -f mp4 -movflags empty_moov+default_base_moof+frag_keyframe -frag_duration 200000 pipe:1';
  const seen: { infos: StreamInfo[]; fragments: Fragment[] } = { infos: [], fragments: [] };
  const sink = {
    info: (i: StreamInfo) => void seen.infos.push(i),
    fragment: (f: Fragment) => void seen.fragments.push(f),
  };
  const wallClockOf = (mediaMs: number): number => START + mediaMs;
  createSplitter(createPublisher({ sink, clock: createFakeClock(), wallClockOf })).push(
    execFileSync('ffmpeg', args.split(' ')),
  );
  const [info] = seen.infos;
  if (info === undefined) throw new Error('no stream');
  return { info, fragments: seen.fragments };
}

const camera = source();

async function* endless(): AsyncGenerator<Fragment> {
  yield* camera.fragments;
  await new Promise(() => {});
}

async function* finite(): AsyncGenerator<Fragment> {
  yield* camera.fragments;
}

function collect() {
  const infos: StreamInfo[] = [];
  const fragments: Fragment[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  let enough: () => void = () => {};
  return {
    infos,
    fragments,
    info: (info: StreamInfo) => void infos.push(info),
    fragment(fragment: Fragment) {
      fragments.push(fragment);
      if (fragments.length >= wanted) enough();
    },
    until: (count: number) =>
      new Promise<void>((resolve) => {
        wanted = count;
        enough = resolve;
      }),
  };
}

it('makes H.264 for every browser, of even size, with the times at which it was taken', async () => {
  const out = collect();
  await transcoder.run({ info: camera.info, fragments: finite() }, out, new AbortController().signal);
  expect(camera.info.video.codec).toMatch(/^hvc1/);
  expect(out.infos[0]?.video).toMatchObject({ codec: expect.stringMatching(/^avc1\.42/), width: 320, height: 180 });
  expect(out.fragments.length).toBeGreaterThanOrEqual(9);
  expect(out.fragments[0]).toMatchObject({ keyframe: true, sequence: 1, generation: 1 });
  const timescale = out.infos[0]?.timescale ?? 1;
  for (const fragment of out.fragments) {
    expect((fragment.duration * 1000) / timescale).toBeLessThanOrEqual(240);
    expect(
      Math.abs(
        fragment.wallClockMs -
          (START + (camera.fragments[0]?.wallClockMs ?? 0) - START) -
          (fragment.decodeTime * 1000) / timescale,
      ),
    ).toBeLessThanOrEqual(45);
  }
});

it('gives pictures while more is to come, and ends at once when it is told to', async () => {
  const out = collect();
  const enough = out.until(5);
  const abort = new AbortController();
  const run = transcoder.run({ info: camera.info, fragments: endless() }, out, abort.signal);
  await enough;
  abort.abort();
  await expect(run).resolves.toBeUndefined();
});

it('rejects what it cannot read, and what its source throws', async () => {
  const signal = new AbortController().signal;
  async function* garbage(): AsyncGenerator<Fragment> {
    for (const fragment of camera.fragments) yield { ...fragment, bytes: new Uint8Array(2000) };
  }
  await expect(transcoder.run({ info: camera.info, fragments: garbage() }, collect(), signal)).rejects.toMatchObject({
    kind: 'unavailable',
  });
  async function* failing(): AsyncGenerator<Fragment> {
    yield* camera.fragments.slice(0, 2);
    throw new Error('the reader failed');
  }
  await expect(transcoder.run({ info: camera.info, fragments: failing() }, collect(), signal)).rejects.toThrow(
    'the reader failed',
  );
});
