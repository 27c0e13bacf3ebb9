import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ageMs, clockStripFilter, onWallClock, readClockStrip } from './clock-strip.ts';

const run = promisify(execFile);
const [WIDTH, HEIGHT] = [320, 180];

/** Draws moving noise and the strip, sends it through real x264 at a poor quality, and gives the decoded pictures. */
async function pictures(filters: string, count: number): Promise<Uint8ClampedArray[]> {
  const noise = `testsrc2=s=${WIDTH}x${HEIGHT}:r=15,noise=alls=30:allf=t,format=yuv420p,${filters}`;
  const encode = '-c:v libx264 -preset ultrafast -tune zerolatency -crf 32 -f nut -';
  const encoded = await run(
    'ffmpeg',
    ['-loglevel', 'error', '-f', 'lavfi', '-i', noise, '-frames:v', String(count), ...encode.split(' ')],
    { encoding: 'buffer', maxBuffer: 2 ** 26 },
  );
  const decoder = run('ffmpeg', '-loglevel error -f nut -i - -f rawvideo -pix_fmt rgba -'.split(' '), {
    encoding: 'buffer',
    maxBuffer: 2 ** 26,
  });
  decoder.child.stdin?.end(encoded.stdout);
  const { stdout } = await decoder;
  const size = WIDTH * HEIGHT * 4;
  return Array.from(
    { length: stdout.length / size },
    (_, index) => new Uint8ClampedArray(stdout.subarray(index * size, (index + 1) * size)),
  );
}

const read = (pixels: Uint8ClampedArray) => readClockStrip(pixels, WIDTH, HEIGHT);

describe('the clock strip', () => {
  it.each([0, 1, 0x55_55_55, 0xaa_aa_aa, 0xff_ff_fe, 0xff_ff_ff])('keeps %i through x264', async (units) => {
    // A moment in 2026, chosen to the unit, and half a unit later.
    const base = Math.floor(179_000_000_000 / 2 ** 24) * 2 ** 24;
    const at = `settb=1/1000000,setpts=${(base + units + 0.5) * 10_000},${clockStripFilter()},setpts=N*1000000/15`;
    const [picture] = await pictures(at, 1);
    expect(read(picture ?? new Uint8ClampedArray())).toBe(units);
  });

  it('is the wall-clock of each picture', async () => {
    const before = Date.now();
    const read5 = (await pictures(onWallClock(clockStripFilter(), 15), 5)).map((pixels) => read(pixels) ?? Number.NaN);
    const after = Date.now();
    expect(read5).toHaveLength(5);
    for (const units of read5) {
      expect(ageMs(units, after)).toBeGreaterThanOrEqual(0);
      expect(ageMs(units, before)).toBeLessThanOrEqual(10);
    }
  });

  it('is not found where there is none', async () => {
    const [picture] = await pictures('null', 1);
    expect(read(picture ?? new Uint8ClampedArray())).toBeNull();
    expect(readClockStrip(new Uint8ClampedArray(4), 1, 1)).toBeNull();
  });

  it('tells ages across the moment where it comes round, and from the future', () => {
    const round = 2 ** 24;
    expect(ageMs(round - 1, round * 10 * 3 + 20)).toBe(30);
    expect(ageMs(5, round * 10 * 3 + 20)).toBe(-30);
  });
});
