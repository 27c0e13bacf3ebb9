import { describe, expect, it } from 'vitest';
import { ENCODINGS, encode, type GateFigures, measureGate } from '../clips/size-gate.ts';
import { material } from '../material.ts';

/** A real place that is at rest for most of the time, as two kinds of cameras would send it. */
const SHOWN = { seconds: 38, rests: { fromS: 0, stillS: 15, movesS: 2 } };
const LEAST_RECALL = 0.98;

async function measure(clip: string, what: string): Promise<GateFigures | undefined> {
  const path = material(`clips/${clip}.mp4`);
  const encoding = ENCODINGS.find((one) => one.what.startsWith(what));
  if (path === undefined || encoding === undefined) return undefined;
  const figures = measureGate(await encode(path, { ...encoding, width: 352, pps: 15 }, SHOWN));
  const { seenSeconds, motionSeconds, decodedShare } = figures;
  const share = `${Math.round(decodedShare * 100)} % of it decoded`;
  process.stdout.write(`${clip}, ${encoding.what}: ${seenSeconds} of ${motionSeconds} seconds with motion, ${share}\n`);
  expect(motionSeconds).toBeGreaterThan(4);
  expect(seenSeconds / motionSeconds).toBeGreaterThanOrEqual(LEAST_RECALL);
  return figures;
}

describe('what moves is decoded', () => {
  it('by the sizes of pictures, and not all else, where they tell it', async () => {
    const figures = await measure('street_cars', 'constant quality');
    if (figures !== undefined) expect(figures.decodedShare).toBeLessThan(0.75);
  });

  it('with everything else where a filled rate hides it', async () => {
    await measure('campus_pedestrians_vtest', 'constant rate, filled');
  });
});
