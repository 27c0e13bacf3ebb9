import type { Clock } from '#base/clock';
import { CameraFault } from '../adapter.ts';
import type { DepacketizerFigures } from '../codecs/codec.ts';

/**
 * Told of each packet of the picture; throws `NoPictures` when they have made no fragment for too long. Not where packets
 * are lost on the way: another reader would have no more of them, and might show what is broken.
 */
export interface PictureWatch {
  packet(): void;
}

/** Packets come and come, and nothing or nearly nothing that can be shown. */
export class NoPictures extends CameraFault {
  constructor() {
    super('malformedStream', 'the packets of the device make hardly a picture');
    this.name = 'NoPictures';
  }
}

/** A clock is looked at with each of so many packets. */
const EACH = 8;
/** Packets further apart are silence, which is not theirs. */
const LONGEST_STEP_MS = 1000;
/**
 * ms of packets without a picture in a stream that has had some: a damaged one takes all with it up to the next key
 * frame, and some cameras send these 20 s apart.
 */
const LONGEST_DAMAGE_MS = 25_000;
/** Pictures that are lost for each one that is shown, where nothing can be lost on the way. */
const MOST_LOST = 9;
/** One picture is broken where a stream is joined in the middle; who waits for a key frame after it does nothing wrong. */
const MOST_BROKEN = 1;
/** Of so many broken pictures at least one is cut off at its beginning or end, if large ones are: packets are lost. */
const TORN_SHARE = 1 / 32;

export function createPictureWatch(deps: {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** ms of packets in which there must be a first picture, unless all that comes is whole and waits for a key frame. */
  readonly firstMs: number;
  readonly figures: Readonly<DepacketizerFigures>;
  /** Nothing should be lost on the way: what is missing was never sent, or is counted in a way that we do not know. */
  readonly lossless: boolean;
  /** So far. */
  readonly fragments: () => number;
}): PictureWatch {
  const { clock, firstMs, figures, lossless } = deps;
  let untilLook = 1;
  let lookedMs = Number.POSITIVE_INFINITY;
  let shown = 0;
  /** ms of packets since the last fragment, or the beginning. */
  let barrenMs = 0;
  /** Of the span that is looked at for loss: ms of packets, and the figures at its beginning. */
  let [spanMs, units, discarded, spanTorn] = [0, 0, 0, 0];
  /** The figures when the last fragment came. */
  let [broken, torn] = [0, 0];

  /** A camera that counts its sound with the same numbers may make only key frames whole. */
  function losesMost(): boolean {
    if (spanMs < LONGEST_DAMAGE_MS) return false;
    const loses = figures.discarded - discarded > MOST_LOST * (figures.units - units) && figures.torn === spanTorn;
    [spanMs, units, discarded, spanTorn] = [0, figures.units, figures.discarded, figures.torn];
    return lossless && loses;
  }

  function isBarren(): boolean {
    const newTorn = figures.torn - torn;
    if (newTorn > 0 && newTorn >= (figures.broken - broken) * TORN_SHARE) return false;
    return shown > 0 ? barrenMs >= LONGEST_DAMAGE_MS : barrenMs >= firstMs && figures.broken > MOST_BROKEN;
  }

  function look(): void {
    const nowMs = clock.monotonic();
    const stepMs = Math.min(LONGEST_STEP_MS, Math.max(0, nowMs - lookedMs));
    const fragments = deps.fragments();
    if (fragments === shown) barrenMs += stepMs;
    else [barrenMs, broken, torn] = [0, figures.broken, figures.torn];
    spanMs += stepMs;
    lookedMs = nowMs;
    shown = fragments;
    if (losesMost() || isBarren()) throw new NoPictures();
  }

  return {
    packet() {
      untilLook -= 1;
      if (untilLook > 0) return;
      untilLook = EACH;
      look();
    },
  };
}
