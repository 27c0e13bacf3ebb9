import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { StillDecoder } from '#contracts/media';
import { createFairTurns } from '../../camera-adapters/ffmpeg/fair-turns.ts';
import { createKeyFrameDecoders, type KeyFrameDecoders } from '../../camera-adapters/ffmpeg/key-frame-decoders.ts';
import { createStillDecoder } from '../../camera-adapters/ffmpeg/still-decoder.ts';
import { type Clip, makeClip } from '../fakes/clip-camera.ts';
import { material } from '../material.ts';
import { percentile, round, say, table } from './figures.ts';
import { cpuMs, privateMb, tree } from './process-cost.ts';

const STILLS = 100;
const CLIP_S = 20;
const WIDTH = 320;
const ffmpegPath = 'ffmpeg';

/**
 * What a still of 320 pixels costs: by a decoder that is started for each, and by those that stay and take the key frames
 * of all cameras in turn (here of two streams that alternate). CPU is that of this process with all its children as the
 * kernel counts it, JPEG included, for a hundred stills asked for one after another; memory is the most that decoders had
 * for themselves. Stills for each second of CPU are what one core would make.
 */
export async function benchKeyFrames(): Promise<void> {
  const street = material('clips/campus_pedestrians_vtest.mp4');
  if (street === undefined) return;
  const clip = (filter: string, codec: 'libx264' | 'libx265' = 'libx264'): Promise<Clip> =>
    makeClip({ seconds: CLIP_S, file: street, filter, codec });
  const small = await clip('null');
  const cases = [
    { what: 'H.264 640×360', clips: [small] },
    { what: 'H.264 640×360 and 1920×1080', clips: [small, await clip('scale=1920:1080')] },
    { what: 'H.265 1280×720', clips: [await clip('scale=1280:720', 'libx265')] },
  ];
  const rows: Readonly<Record<string, string | number>>[] = [];
  for (const { what, clips } of cases) {
    const each = await measure(clips, startedForEach());
    const decoders = createKeyFrameDecoders({ ffmpegPath, clock: systemClock, log: silentLogger() });
    const shared = await measure(clips, decoders);
    await decoders.close();
    rows.push(
      { what, by: 'one for each', ...each.shown },
      { what, by: 'shared', ...shared.shown, '÷ one for each': round(shared.cpu / each.cpu, 2) },
    );
  }
  say(`\n## Stills ${WIDTH} pixels wide\n`);
  say(
    table(
      rows
        .map((row) => ({ '÷ one for each': '', ...row }))
        .map(({ '÷ one for each': ratio, ...row }) => ({ ...row, '÷ one for each': ratio })),
    ),
  );
}

/** As if no shared decoder could do it. */
function startedForEach(): KeyFrameDecoders {
  const { line } = createFairTurns(2);
  return {
    line,
    picture: async () => 'unable',
    figures: () => ({ processes: 0, started: 0, pictures: 0, failed: 0 }),
    close: async () => {},
  };
}

async function measure(clips: readonly Clip[], decoders: KeyFrameDecoders) {
  const decoder = createStillDecoder({ ffmpegPath, decoders });
  const keys = clips.map(({ fragments }) => fragments.filter(({ keyframe }) => keyframe));
  const make = async (at: number): Promise<number> => {
    const [clip, frames] = [clips[at % clips.length], keys[at % clips.length]];
    const key = frames?.[Math.floor(at / clips.length) % frames.length];
    if (clip === undefined || key === undefined) throw new Error('a clip without key frames');
    return timeOf(decoder, clip, key);
  };
  const firstMs = await make(0);
  for (let at = 1; at < 6; at += 1) await make(at);
  let memory = 0;
  const sampling = setInterval(() => {
    const children = tree(process.pid).filter((pid) => pid !== process.pid);
    memory = Math.max(memory, ...(children.length === 0 ? [] : [privateMb(children)]));
  }, 100);
  const before = cpuMs([process.pid]);
  const times: number[] = [];
  for (let at = 0; at < STILLS; at += 1) times.push(await make(at));
  const cpu = (cpuMs([process.pid]) - before) / STILLS;
  clearInterval(sampling);
  return {
    cpu,
    shown: {
      'CPU ms': round(cpu),
      'per s of CPU': Math.round(1000 / cpu),
      'first ms': Math.round(firstMs),
      'p50 ms': round(percentile(times, 0.5)),
      'p95 ms': round(percentile(times, 0.95)),
      'decoders MB': Math.round(memory),
    },
  };
}

async function timeOf(decoder: StillDecoder, { info }: Clip, key: Clip['fragments'][number]): Promise<number> {
  const begunMs = performance.now();
  await decoder.jpeg(info, key, WIDTH);
  return performance.now() - begunMs;
}
