import { expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { videoTrack } from '../../tests/fakes/rtp-packets.ts';
import { createDirectIngest } from './direct-ingest.ts';
import { NoPictures } from './picture-watch.ts';

/** 320×192, as x264 writes it. */
const SETS = ['6764000cacb40a0cd80880000003008000000f478a1550', '68ef0fcb'];
const KEY = Buffer.from('658884aaaa', 'hex');
const NEXT = Buffer.from('419a010203', 'hex');
const MS = 40;
const GROUP = 50;

/** `null`: nothing is sent then. */
type Picture = {
  readonly bytes: Buffer;
  readonly lost?: number;
  readonly time?: number;
  readonly marker?: boolean;
} | null;

/** A picture in one packet each 40 ms for two minutes, or until the ingest has enough of them. */
async function ends(pictureOf: (index: number) => Picture, transport: 'tcp' | 'udp' = 'tcp') {
  const clock = createFakeClock();
  const track = videoTrack('H264', {
    'sprop-parameter-sets': SETS.map((hex) => Buffer.from(hex, 'hex').toString('base64')).join(','),
  });
  const seen = { fragments: 0, by: 'itself', atS: 0 };
  const ingest = createDirectIngest({
    client: {
      async run({ choose }) {
        const taker = choose([track]).get(track);
        for (let index = 0; clock.monotonic() < 120_000; index += 1) {
          clock.advance(MS);
          const picture = pictureOf(index);
          if (picture === null) continue;
          const { bytes, lost = 0, time = index, marker = true } = picture;
          const where = { bytes, start: 0, end: bytes.length, sequence: index, timestamp: time * MS * 90 };
          taker?.packet({ ...where, marker, lost, fresh: index === 0 });
        }
      },
    },
    ...{ fragmentMs: 200, firstPictureMs: 5000, clock, log: silentLogger() },
  });
  try {
    await ingest.run({
      ...{ name: null, url: '', serverName: null, credentials: { username: '', password: '' }, transport },
      g711: 'leaveOut',
      signal: new AbortController().signal,
      sink: {
        info: () => {},
        fragment() {
          seen.fragments += 1;
        },
      },
    });
  } catch (error) {
    if (!(error instanceof NoPictures)) throw error;
    seen.by = 'us';
  }
  return { ...seen, atS: Math.round(clock.monotonic() / 1000) };
}

const usual = (index: number): Buffer => (index % GROUP === 0 ? KEY : NEXT);

it('gives up packets that never make a whole picture, as of a camera that counts its sound with the same numbers', async () => {
  expect(await ends((index) => ({ bytes: usual(index), lost: 1 }))).toEqual({ fragments: 0, by: 'us', atS: 5 });
});

it('gives up pictures whose key frames it cannot read, though the others are whole', async () => {
  const unknown = Buffer.from('658855aaaa', 'hex');
  const seen = await ends((index) => ({ bytes: index % GROUP === 0 ? unknown : NEXT }));
  expect(seen).toEqual({ fragments: 0, by: 'us', atS: 5 });
});

it('waits for a key frame as long as it is let', async () => {
  expect(await ends(() => ({ bytes: NEXT }))).toEqual({ fragments: 0, by: 'itself', atS: 120 });
});

it('goes on where pictures are few, or lost at times', async () => {
  const slow = await ends((index) => (index % 100 < 2 ? { bytes: usual(index) } : null));
  expect([slow.by, slow.fragments > 10]).toEqual(['itself', true]);
  const lossy = await ends((index) => ({ bytes: usual(index), lost: index % 333 === 332 ? 1 : 0 }));
  expect([lossy.by, lossy.fragments > 300]).toEqual(['itself', true]);
});

it('gives up where only key frames come whole over TCP, which loses nothing by itself', async () => {
  // The first ones are whole, which is why the last packet of a picture is known from then on.
  const manyGaps = (index: number): Picture => ({ bytes: usual(index), lost: index > 20 ? 1 : 0 });
  expect(await ends(manyGaps)).toMatchObject({ by: 'us' });
  expect(await ends(manyGaps, 'udp')).toMatchObject({ by: 'itself' });
});

it('keeps what is lost on the way, as no other reader would have it', async () => {
  // Each picture in two parts: of some the first is lost, of others the second.
  const half = (picture: Buffer, first: boolean): Buffer =>
    Buffer.concat([
      Buffer.of(0x7c, (first ? 0x80 : 0x40) | ((picture[0] ?? 0) & 0x1f)),
      picture.subarray(first ? 1 : 3),
    ]);
  const parts = (index: number): Picture => {
    const number = index >> 1;
    const isKey = number % 300 === 0;
    const isFirst = index % 2 === 0;
    const bytes = half(isKey ? KEY : NEXT, isFirst);
    return { bytes, time: number, marker: !isFirst, lost: index > 20 && index % 23 === 0 ? 1 : 0 };
  };
  const dropped = (index: number): Picture => ((index + 1) % 23 === 0 && index > 20 ? null : parts(index));
  expect(await ends(dropped)).toMatchObject({ by: 'itself' });
  expect(await ends((index) => (index === 0 ? null : dropped(index)))).toMatchObject({ by: 'itself' });
});

it('gives up where pictures come no more for 25 s, while packets do', async () => {
  const stuck = (index: number, from: number): Picture =>
    index <= from ? { bytes: usual(index) } : { bytes: NEXT, lost: index === from + 1 ? 1 : 0 };
  const begun = await ends((index) => stuck(index, 250));
  expect(begun).toMatchObject({ by: 'us', atS: 36 });
  const pausing = await ends((index) => (index > 300 && index < 1500 ? null : stuck(index, 250)));
  expect(pausing.by).toBe('us');
  expect(pausing.atS).toBeGreaterThan(80);
});
