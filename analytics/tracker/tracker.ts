import type { Box, Detection } from '#contracts/detection';
import { isVehicle, overlap, sidesOf } from '../detectors/suppress.ts';
import { assign } from './assign.ts';
import { createMovingBox, type MovingBox } from './motion.ts';

/** One object over time, as seen by one camera. */
export interface Track {
  /** Within this tracker, from 1. */
  readonly id: number;
  /** By vote of all that was seen of it. */
  readonly label: string;
  /** Median of the scores that it was seen with. */
  readonly score: number;
  readonly box: Box;
  /** Of its centre, in heights of its box for each second. */
  readonly speed: number;
  readonly firstMs: number;
  /** When it was last seen. */
  readonly seenMs: number;
  /** In this picture. */
  readonly seen: boolean;
  /** For so long it was looked for since, and not seen, ms: where nobody looked it is not missed. */
  readonly missedMs: number;
  /** Since when it has stood where it is; `null` while it moves. */
  readonly stationarySinceMs: number | null;
}

/**
 * ByteTrack (Zhang et al., 2022): what is seen surely is paired with the tracks first, then what is seen hardly with
 * those that are left, so that an object goes on behind a lamp post. Pictures may come at any rate and with gaps.
 */
export interface Tracker {
  /**
   * Takes what was seen at `atMs`, which must not fall. Only tracks in `looked` can be missed; absent: everywhere was
   * looked at. Gives the tracks that are sure, also those that are not seen now and may come back.
   */
  update(detections: readonly Detection[], atMs: number, looked?: readonly Box[]): readonly Track[];
  /** Tracks that ended with the last update. */
  readonly ended: readonly Track[];
}

export interface TrackerOptions {
  /** What is at least so sure begins a track. */
  readonly sure: number;
  /** What is at least so sure goes on with one. */
  readonly hardly: number;
  /** A track that is missed for so long ends; one that stands may be hidden for longer. */
  readonly lostMs: number;
  readonly lostStationaryMs: number;
}

export const TRACKER_DEFAULTS: TrackerOptions = { sure: 0.4, hardly: 0.15, lostMs: 3000, lostStationaryMs: 120_000 };

/** Boxes that are compared are wider by this share on each side: at a few pictures a second a walker leaves his own. */
const FIRST_MARGIN = 0.35;
const SECOND_MARGIN = 0.1;
const LEAST_OVERLAP = 0.1;
/** What stood and was not seen for longer is where it stood, or gone: who comes by is somebody else. */
const SETS_OUT_WITHIN_MS = 2000;
const LEAST_AT_HOME = 0.3;
/** Seen so often, a track is no mistake. */
const SURE_AFTER = 2;
/** Until then it may be missed once, at two pictures a second. */
const YOUNG_LOST_MS = 500;
/** One look tells of no more time before it, ms. */
const MOST_MISSED_MS = 1000;
/** It stands when its box has covered where it was for so long. */
const STANDS_AFTER_MS = 8000;
const STANDS = 0.7;
/** It has left when so little is covered, so often. */
const LEFT = 0.55;
const LEFT_AFTER = 2;
const MOST_SCORES = 15;

interface Followed {
  readonly id: number;
  motion: MovingBox;
  readonly votes: Map<string, number>;
  readonly scores: number[];
  readonly firstMs: number;
  seenMs: number;
  /** Time in which it was looked for and not seen, ms; and when it was last looked for. */
  missedMs: number;
  lookedForMs: number;
  times: number;
  /** Where it was when it came to rest, perhaps. */
  anchor: { readonly box: Box; readonly sinceMs: number };
  stands: boolean;
  away: number;
}

export function createTracker(options: Partial<TrackerOptions> = {}): Tracker {
  const { sure, hardly, lostMs, lostStationaryMs } = { ...TRACKER_DEFAULTS, ...options };
  let followed: Followed[] = [];
  let ended: Track[] = [];
  let lastMs: number | undefined;
  let lastId = 0;

  function pair(
    tracks: readonly Followed[],
    detections: readonly Detection[],
    margin: number,
  ): Map<Followed, Detection> {
    const gains = tracks.map((track) =>
      detections.map((detection) => {
        if (kindOf(detection.label) !== kindOf(labelOf(track))) return 0;
        const hidden = track.stands && track.missedMs > SETS_OUT_WITHIN_MS;
        const wider = hidden ? 0 : margin;
        const shared = overlap(sidesOf(track.motion.box, wider), sidesOf(detection.box, wider));
        return shared < (hidden ? LEAST_AT_HOME : LEAST_OVERLAP) ? 0 : shared * (0.7 + 0.3 * detection.score);
      }),
    );
    return new Map(
      assign(gains).flatMap(([row, column]) => {
        const [track, detection] = [tracks[row], detections[column]];
        return track === undefined || detection === undefined ? [] : [[track, detection] as const];
      }),
    );
  }

  function see(track: Followed, { label, score, box }: Detection, atMs: number): void {
    track.motion.correct(box);
    track.votes.set(label, (track.votes.get(label) ?? 0) + score);
    track.scores.push(score);
    if (track.scores.length > MOST_SCORES) track.scores.shift();
    track.seenMs = atMs;
    track.missedMs = 0;
    track.lookedForMs = atMs;
    track.times += 1;
    settle(track, box, atMs);
  }

  function begin({ label, score, box }: Detection, atMs: number): Followed {
    lastId += 1;
    return {
      ...{ id: lastId, motion: createMovingBox(box), votes: new Map([[label, score]]), scores: [score] },
      ...{
        firstMs: atMs,
        seenMs: atMs,
        missedMs: 0,
        lookedForMs: atMs,
        times: 1,
        anchor: { box, sinceMs: atMs },
        stands: false,
        away: 0,
      },
    };
  }

  const isOver = ({ times, stands, missedMs }: Followed): boolean =>
    missedMs > (times < SURE_AFTER ? YOUNG_LOST_MS : stands ? lostStationaryMs : lostMs);

  return {
    get ended() {
      return ended;
    },
    update(detections, atMs, looked) {
      const passedMs = Math.max(0, atMs - (lastMs ?? atMs));
      lastMs = atMs;
      for (const track of followed) if (!track.stands) track.motion.predict(passedMs / 1000);
      const surely = detections.filter(({ score }) => score >= sure);
      const barely = detections.filter(({ score }) => score < sure && score >= hardly);

      const pairs = pair(followed, surely, FIRST_MARGIN);
      const rest = followed.filter((track) => !pairs.has(track) && track.times >= SURE_AFTER);
      for (const [track, detection] of pair(rest, barely, SECOND_MARGIN)) pairs.set(track, detection);

      for (const track of followed) {
        const detection = pairs.get(track);
        if (detection !== undefined) see(track, detection, atMs);
        else if (looked === undefined || looked.some((region) => covers(region, track.motion.box))) {
          track.missedMs += Math.min(MOST_MISSED_MS, atMs - track.lookedForMs);
          track.lookedForMs = atMs;
        }
      }
      const taken = new Set(pairs.values());
      const begun = surely.filter((detection) => !taken.has(detection)).map((detection) => begin(detection, atMs));
      const over = followed.filter(isOver);
      followed = [...followed.filter((track) => !over.includes(track)), ...begun];
      const view = (track: Followed): Track => trackOf(track, atMs);
      ended = over.filter(({ times }) => times >= SURE_AFTER).map(view);
      return followed.filter(({ times }) => times >= SURE_AFTER).map(view);
    },
  };
}

/** Whether it stands: judged by what is seen, for the estimate lags behind. */
function settle(track: Followed, seen: Box, atMs: number): void {
  const covered = overlap(sidesOf(track.anchor.box), sidesOf(seen));
  if (track.stands) {
    track.away = covered < LEFT ? track.away + 1 : 0;
    if (track.away < LEFT_AFTER) return;
    track.stands = false;
    // While it stood its estimate became sure of not moving: it would stay behind.
    track.motion = createMovingBox(seen);
    track.anchor = { box: seen, sinceMs: atMs };
    track.away = 0;
  } else if (covered < STANDS) track.anchor = { box: seen, sinceMs: atMs };
  else if (atMs - track.anchor.sinceMs >= STANDS_AFTER_MS) {
    track.stands = true;
    track.motion.rest();
  }
}

function trackOf(track: Followed, atMs: number): Track {
  const { id, motion, firstMs, seenMs, missedMs, stands, anchor } = track;
  const scores = [...track.scores].sort((a, b) => a - b);
  return {
    ...{ id, label: labelOf(track), score: scores[Math.floor(scores.length / 2)] ?? 0, box: motion.box },
    ...{ speed: stands ? 0 : motion.speed, firstMs, seenMs, seen: seenMs === atMs, missedMs },
    stationarySinceMs: stands ? anchor.sinceMs : null,
  };
}

function labelOf({ votes }: Followed): string {
  let [best, most] = ['', -1];
  for (const [label, votesOf] of votes) if (votesOf > most) [best, most] = [label, votesOf];
  return best;
}

/** Detectors change their mind between the kinds of vehicles. */
const kindOf = (label: string): string => (isVehicle(label) ? 'vehicle' : label);

/** Shares of the picture. */
const EDGE = 0.005;

/** All of the box was looked at, as far as it lies in the picture: what is cut off by a window may go unseen in it. */
function covers(region: Box, { left, top, width, height }: Box): boolean {
  const inPicture = (place: number): number => Math.min(1, Math.max(0, place));
  return (
    inPicture(left) >= region.left - EDGE &&
    inPicture(top) >= region.top - EDGE &&
    inPicture(left + width) <= region.left + region.width + EDGE &&
    inPicture(top + height) <= region.top + region.height + EDGE
  );
}
