import {
  ENCODINGS,
  type Encoded,
  type Encoding,
  encode,
  type GateFigures,
  MOVES,
  measureGate,
} from '../clips/size-gate.ts';
import { material } from '../material.ts';
import { round, say, table } from './figures.ts';

const AS_IT_IS: Encoding = { what: 'as it is', width: 0, pps: 0, encoder: null };
/** Fourteen seconds at rest, three that something moves, and the same backwards. */
const RESTS = { stillS: 14, movesS: 2 };
const SECONDS = 72;

/**
 * What of the motion that the gate of pixels sees in every fifth of a second is decoded at all where the sizes of
 * pictures say when to decode, and how much is decoded for it. First the clips as they are, in which something always
 * moves; then as places where little happens (each at rest for most of the time, with the noise of a sensor), encoded as
 * cameras do. A second counts as seen when a picture with motion of it was decoded.
 */
export async function benchSizeGate(): Promise<void> {
  const rows: Readonly<Record<string, string | number>>[] = [];
  for (const clip of Object.keys(MOVES)) {
    const path = material(`clips/${clip}.mp4`);
    if (path !== undefined) rows.push(rowOf(clip, AS_IT_IS.what, await encode(path, AS_IT_IS)));
  }
  if (rows.length === 0) return;
  for (const encoding of ENCODINGS) {
    let all = { motionSeconds: 0, seenSeconds: 0, seconds: 0, decodedSeconds: 0 };
    for (const [clip, fromS] of Object.entries(MOVES)) {
      const path = material(`clips/${clip}.mp4`);
      if (path === undefined) return;
      const encoded = await encode(path, encoding, { seconds: SECONDS, rests: { fromS, ...RESTS } });
      const figures = measureGate(encoded);
      rows.push(rowOf(clip, encoding.what, encoded, figures));
      all = {
        motionSeconds: all.motionSeconds + figures.motionSeconds,
        seenSeconds: all.seenSeconds + figures.seenSeconds,
        seconds: all.seconds + figures.seconds,
        decodedSeconds: all.decodedSeconds + figures.decodedShare * figures.seconds,
      };
    }
    rows.push(shown('all', encoding.what, { ...all, missed: [], decodedShare: all.decodedSeconds / all.seconds }));
  }
  say('\n## Motion by the sizes of pictures, against the gate of pixels\n');
  say(table(rows));
}

function rowOf(clip: string, what: string, encoded: Encoded, figures = measureGate(encoded)) {
  return shown(clip, what, figures);
}

function shown(clip: string, what: string, { motionSeconds, seenSeconds, seconds, decodedShare }: GateFigures) {
  return {
    what,
    clip,
    seconds: Math.round(seconds),
    'with motion': motionSeconds,
    'of those decoded': seenSeconds,
    recall: motionSeconds === 0 ? '' : round(seenSeconds / motionSeconds, 3),
    'not decoded': `${Math.round((1 - decodedShare) * 100)} %`,
  };
}
