import type { Box } from '#contracts/detection';
import type { RuleOf } from '#contracts/rules';
import { overlap, sidesOf } from '../detectors/suppress.ts';
import type { Track } from '../tracker/tracker.ts';
import { distance, standOf } from './geometry.ts';
import { PERSON } from './labels.ts';
import type { Hit, RuleWatch } from './rule.ts';
import { createStays } from './stay.ts';

/** Heights of the person: so near one is with a thing. */
const NEAR = 0.9;
/** Heights of the box a second: who is faster only passes. */
const PASSES = 0.35;
/** Whoever is near when it is first seen brought it. */
const BRINGS_MS = 3000;
/** It is elsewhere when the boxes have so little in common. */
const ELSEWHERE = 0.3;

interface Thing {
  readonly firstMs: number;
  /** The objects that brought it. */
  readonly owners: Set<number>;
  /** When somebody was last with it. */
  attendedMs: number;
  /** Where it was told. */
  told: Box | null;
}

/**
 * A thing stands alone: since somebody was with it who stood there or had brought it. Who only passes does not look
 * after it, or nothing would ever be abandoned in a station. Persons are among the tracks that it gets.
 */
export function createAbandoned({ area, forSeconds }: RuleOf<'abandoned'>): RuleWatch {
  const stays = createStays(area);
  const things = new Map<number, Thing>();

  return {
    look({ atMs, tracks, ended }) {
      const persons = tracks.filter(({ label }) => label === PERSON);
      const hits: Hit[] = [];
      for (const track of tracks) {
        if (track.label === PERSON) continue;
        const thing = things.get(track.id) ?? { firstMs: track.firstMs, owners: new Set(), attendedMs: 0, told: null };
        things.set(track.id, thing);
        for (const person of persons) if (isWith(person, track)) attend(thing, person, atMs);
        const inside = stays.see(track);
        const { told, attendedMs } = thing;
        if (told !== null && overlap(sidesOf(told), sidesOf(track.box)) >= ELSEWHERE) continue;
        if (!inside || !track.seen || track.stationarySinceMs === null) continue;
        if (atMs - Math.max(attendedMs, track.stationarySinceMs) < forSeconds * 1000) continue;
        thing.told = track.box;
        hits.push({ track });
      }
      stays.forget(ended);
      for (const { id } of ended) things.delete(id);
      return hits;
    },
  };
}

function attend(thing: Thing, person: Track, atMs: number): void {
  if (atMs - thing.firstMs <= BRINGS_MS) thing.owners.add(person.id);
  if (thing.owners.has(person.id) || person.speed < PASSES) thing.attendedMs = atMs;
}

function isWith(person: Track, thing: Track): boolean {
  if (overlap(sidesOf(person.box), sidesOf(thing.box)) > 0) return true;
  return distance(standOf(person.box), standOf(thing.box)) <= NEAR * person.box.height;
}
