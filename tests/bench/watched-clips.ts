import { type Clip, makeClip } from '../fakes/clip-camera.ts';

/**
 * What watched cameras see, made of real footage. All of it is encoded anew, 25 pictures a second with a key frame every
 * two seconds, with the noise of a sensor in every picture; the noise of the first encoder is taken out before, for it
 * comes in pulses that no camera sends.
 */
const NOISE = 'noise=alls=4:allf=t';
const PPS = 25;

/** Somebody stands at a table, in full view. */
const SOMEBODY = { fromS: 7.6, toS: 10.6 };
const EMPTY_S = 5.4;
/** The empty room is shown forwards and backwards, so that it has no seam. */
const CYCLE_S = 2 * EMPTY_S + SOMEBODY.toS - SOMEBODY.fromS;
/** When somebody is there all at once, s of each round; until then for so long nobody was. */
export const COMES = { atS: 2 * EMPTY_S, everyS: CYCLE_S } as const;

const forwardsAndBackwards = `hqdn3d,split=2[a][b];[a]trim=0:${EMPTY_S},setpts=PTS-STARTPTS[there];[b]trim=0:${EMPTY_S},setpts=PTS-STARTPTS,reverse[back]`;
const endless = (seconds: number): string => `loop=loop=-1:size=${Math.round(seconds * PPS)},setpts=N/${PPS}/TB`;

/**
 * A room with a table and nobody in it. `indoor`: the clip of the six visits. Its first encoder is not all gone: the size
 * of a predicted picture goes up and down by a fifth, in which somebody far away would be lost.
 */
export function emptyRoom(indoor: string, seconds: number, size = '640:360'): Promise<Clip> {
  const filter = `${forwardsAndBackwards};[there][back]concat,${endless(2 * EMPTY_S)},scale=${size},${NOISE}`;
  return makeClip({ seconds, groupSeconds: 2, file: indoor, filter });
}

/** One picture of it: what a camera's encoder sees that adds nothing of its own to an empty room. */
export function stillRoom(indoor: string, seconds: number): Promise<Clip> {
  const filter = `hqdn3d,select='eq(n,0)',loop=loop=-1:size=1,setpts=N/${PPS}/TB,${NOISE}`;
  return makeClip({ seconds, groupSeconds: 2, file: indoor, filter });
}

/** The same room, and now and then somebody in it from one picture to the next. */
export function somebodyComes(indoor: string, seconds: number): Promise<Clip> {
  const filter = comesFilter();
  return makeClip({ seconds, groupSeconds: 2, file: indoor, filter });
}

export function comesFilter(): string {
  const { fromS, toS } = SOMEBODY;
  const parts = forwardsAndBackwards.replace('split=2[a][b]', 'split=3[a][b][c]');
  const there = `[c]trim=${fromS}:${toS},setpts=PTS-STARTPTS[somebody]`;
  return `${parts};${there};[there][back][somebody]concat=n=3,${endless(CYCLE_S)},${NOISE}`;
}

/** A square with people and parked cars that never move: one picture of it. */
export function standingPeople(street: string, seconds: number): Promise<Clip> {
  const filter = `select='eq(n,0)',loop=loop=-1:size=1,setpts=N/${PPS}/TB,${NOISE}`;
  return makeClip({ seconds, groupSeconds: 2, file: street, filter });
}

/** The same square as it is: five to ten people always walk there. */
export function walkingPeople(street: string, seconds: number): Promise<Clip> {
  return makeClip({ seconds, groupSeconds: 2, file: street, filter: NOISE });
}
