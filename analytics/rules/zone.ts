import type { Box } from '#contracts/detection';
import type { RuleOf } from '#contracts/rules';
import type { Point, Polygon } from '#contracts/shapes';
import { sidesOf } from '../detectors/suppress.ts';
import type { Track } from '../tracker/tracker.ts';
import { between, depthIn, distance, standOf, touchesEdge } from './geometry.ts';
import type { Hit, RuleWatch } from './rule.ts';
import { marginOf, type Stay, stayAt } from './stay.ts';

/**
 * Something comes into an area, or goes out of it.
 *
 * Who is first seen inside has come in where nobody saw it, through a door in the area, when he walks: he is told when
 * he has gone some way. Who stands was there before and only now recognised, as is everybody who is there when the
 * watch begins: `presence` is for those. Who walks out of the picture goes out of an area that reaches to its edge.
 */
export function createZone({ area, on }: RuleOf<'zone'>): RuleWatch {
  const objects = new Map<number, Inmate>();
  let newcomersFromMs = 0;

  return {
    look({ atMs, tracks, ended, resumed }) {
      if (resumed) {
        newcomersFromMs = atMs + SETTLES_MS;
        objects.clear();
      }
      const hits: Hit[] = [];
      for (const track of tracks) {
        if (!track.seen) continue;
        const step = see(objects.get(track.id), track);
        objects.set(track.id, step.inmate);
        if (step.told === on || step.told === 'both') hits.push({ track });
      }
      for (const track of ended) {
        const left = objects.get(track.id)?.stay.inside === true && isGoneFrom(track);
        objects.delete(track.id);
        if (left && on === 'leave') hits.push({ track });
      }
      return hits;
    },
  };

  function see(before: Inmate | undefined, track: Track): Step {
    const at = standOf(track.box);
    const depth = depthIn(area, at);
    const margin = marginOf(track);
    const stay = stayAt(before?.stay, depth, margin);
    if (before === undefined) {
      const isNew = stay.inside && track.firstMs >= newcomersFromMs;
      return {
        inmate: { stay, at, unseen: isNew ? { box: track.box, untilMs: track.firstMs + WALKS_WITHIN_MS } : null },
        told: null,
      };
    }
    const told = change(before, stay, at, margin);
    if (told !== null) return { inmate: { stay, at, unseen: null }, told };
    const { unseen } = before;
    if (unseen === null || track.seenMs > unseen.untilMs) return { inmate: { stay, at, unseen: null }, told: null };
    const walks = hasWalked(unseen, track);
    return { inmate: { stay, at, unseen: walks ? null : unseen }, told: walks ? 'enter' : null };
  }

  function change(before: Inmate, stay: Stay, at: Point, margin: number): Step['told'] {
    if (stay.inside && !before.stay.inside) return 'enter';
    // It may have been inside between two pictures.
    if (!stay.inside && !before.stay.inside) return passes(area, before.at, at, margin) ? 'both' : null;
    if (stay.inside) return null;
    // Came in unseen, and is out before he had gone far.
    return before.unseen === null ? 'leave' : 'both';
  }
}

interface Inmate {
  readonly stay: Stay;
  readonly at: Point;
  /** First seen inside, and not told yet: where, and until when he must have walked. */
  readonly unseen: Newcomer | null;
}

interface Newcomer {
  readonly box: Box;
  readonly untilMs: number;
}

interface Step {
  readonly inmate: Inmate;
  readonly told: 'enter' | 'leave' | 'both' | null;
}

/** Who is found so soon after the watch began was there. */
const SETTLES_MS = 2000;
/** A newcomer walks when a side of his box has moved by so much of it, within so long. */
const WALKS = 0.2;
const WALKS_WITHIN_MS = 8000;
/** Points between two places at which it is looked whether the way leads through. */
const POINTS_BETWEEN = 7;

function hasWalked({ box }: Newcomer, track: Track): boolean {
  const [from, to] = [sidesOf(box), sidesOf(track.box)];
  const aside = Math.max(Math.abs(to.left - from.left), Math.abs(to.right - from.right));
  const up = Math.max(Math.abs(to.top - from.top), Math.abs(to.bottom - from.bottom));
  const { width, height } = track.box;
  // Arms and doors make a narrow box shake in its width.
  return Math.max(aside / Math.max(width, height / 2), up / height) >= WALKS;
}

function passes(area: Polygon, from: Point, to: Point, margin: number): boolean {
  if (distance(from, to) < 2 * margin) return false;
  for (let step = 1; step <= POINTS_BETWEEN; step += 1) {
    if (depthIn(area, between(from, to, step / (POINTS_BETWEEN + 1))) >= margin) return true;
  }
  return false;
}

const isGoneFrom = ({ box, stationarySinceMs }: Track): boolean => stationarySinceMs === null && touchesEdge(box);
