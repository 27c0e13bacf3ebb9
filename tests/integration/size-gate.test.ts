import { describe, expect, it } from 'vitest';
import { ENCODINGS, encode, type GateFigures, measureGate } from '../clips/size-gate.ts';
import { material } from '../material.ts';

/** People and cars on a real place that is at rest for most of the time, as two kinds of cameras would send it. */
const CLIPS = ['campus_pedestrians_vtest', 'street_cars'];
const SHOWN = { seconds: 57, rests: { fromS: 0, stillS: 15, movesS: 2 } };
const LEAST_RECALL = 0.98;

async function measure(clip: string, what: string): Promise<GateFigures | undefined> {
  const path = material(`clips/${clip}.mp4`);
  const encoding = ENCODINGS.find((one) => one.what.startsWith(what));
  if (path === undefined || encoding === undefined) return undefined;
  const figures = measureGate(await encode(path, { ...encoding, width: 352, pps: 15 }, SHOWN));
  const { seenSeconds, motionSeconds, decodedShare } = figures;
  const share = `${Math.round(decodedShare * 100)} % of it decoded`;
  process.stdout.write(`${clip}, ${encoding.what}: ${seenSeconds} of ${motionSeconds} seconds with motion, ${share}\n`);
  return figures;
}

describe.each(CLIPS)('what moves in %s is decoded', (clip) => {
  it('by the sizes of pictures, and hardly anything else, where they tell it', async () => {
    const figures = await measure(clip, 'constant quality');
    if (figures === undefined) return;
    expect(figures.motionSeconds).toBeGreaterThan(8);
    expect(figures.seenSeconds / figures.motionSeconds).toBeGreaterThanOrEqual(LEAST_RECALL);
    expect(figures.decodedShare).toBeLessThan(0.7);
  });

  it('with everything else where a filled rate hides it', async () => {
    const figures = await measure(clip, 'constant rate, filled');
    if (figures === undefined) return;
    expect(figures.seenSeconds / figures.motionSeconds).toBeGreaterThanOrEqual(LEAST_RECALL);
  });
});
