import { isWithin } from '#base/hours';
import type { Rule } from '#contracts/rules';
import type { Track } from '../tracker/tracker.ts';
import { type StartedRule, startRule } from './index.ts';
import { createLineage, type Identified } from './lineage.ts';
import type { ChangeableRules, Crossing, Hit, RuleHit, Scene } from './rule.ts';
import { createWatchedTime } from './watched-time.ts';

/** An object that is not sure when it is to be told may become so, for so long. */
const BECOMES_SURE_MS = 2000;
const MOST_WAITING = 100;

interface Running extends StartedRule {
  rule: Rule;
  /** The objects that it was shown and that may come back. */
  readonly shown: Set<number>;
  /** Those of them that ended while it did not look. */
  readonly gone: Track[];
  /** It did not look at the scene before. */
  rests: boolean;
  waiting: readonly Waiting[];
  /** Of the last hit, on the clock of watched time. */
  toldMs: number;
}

interface Waiting {
  readonly hit: Hit;
  readonly untilMs: number;
}

export function createCameraRules(rules: readonly Rule[]): ChangeableRules {
  const time = createWatchedTime();
  const lineage = createLineage(time.of);
  let running: readonly Running[] = rules.filter(({ enabled }) => enabled).map(run);
  let crossings: readonly Crossing[] = [];

  function look(scene: Scene): readonly RuleHit[] {
    const isPause = time.step(scene.atMs);
    const identified = lineage.identify(scene.tracks, scene.ended, scene.atMs);
    const watched: Watched = {
      ...identified,
      scene,
      nowMs: time.of(scene.atMs),
      tracks: identified.tracks.map((track) => inTime(track, time.of)),
      ended: identified.ended.map((track) => inTime(track, time.of)),
    };
    const found: Crossing[] = [];
    const told = running.flatMap((one) => {
      const hits = sureOf(one, lookAt(one, watched, isPause), watched);
      for (const hit of hits) found.push(...crossingOf(one, hit, scene.atMs));
      return hits
        .filter((hit) => isTold(one, hit, watched))
        .map((hit) => ({ ...hit, rule: one.rule, atMs: scene.atMs }));
    });
    crossings = found;
    return told;
  }

  return {
    look,
    get crossings() {
      return crossings;
    },
    change(next) {
      const known = new Map(running.map((one) => [one.rule.id, one]));
      running = next
        .filter(({ enabled }) => enabled)
        .map((rule) => {
          const before = known.get(rule.id);
          if (before === undefined || shapeOf(before.rule) !== shapeOf(rule)) return run(rule);
          before.rule = rule;
          return before;
        });
    },
  };
}

function run(rule: Rule): Running {
  return {
    ...startRule(rule),
    ...{ rule, shown: new Set(), gone: [], rests: true, waiting: [], toldMs: Number.NEGATIVE_INFINITY },
  };
}

/** What a rule remembers depends on this part of it. */
function shapeOf(rule: Rule): string {
  const { name, enabled, labels, leastScore, leastHeight, hours, cooldownSeconds, ...rest } = rule;
  const { severity, alert, receivers, mergeSeconds, ...shape } = rest;
  return JSON.stringify(Object.entries(shape).sort());
}

/** A scene on the clock of watched time. */
interface Watched extends Identified {
  readonly scene: Scene;
  readonly nowMs: number;
}

function lookAt(one: Running, { scene, nowMs, tracks, ended }: Watched, isPause: boolean): readonly Hit[] {
  const over = ended.filter(({ id }) => one.shown.delete(id));
  if (one.about === 'states' && !isOpen(one.rule, scene.atMs)) {
    one.gone.push(...over);
    one.rests = true;
    return [];
  }
  const concerned = tracks.filter((track) => {
    if (one.besides.includes(track.label)) return true;
    return concerns(one, track) && (one.about === 'moments' || isSure(one.rule, track));
  });
  for (const { id } of concerned) one.shown.add(id);
  const resumed = isPause || one.rests;
  one.rests = false;
  return one.watch.look({
    ...{ atMs: nowMs, tracks: concerned, ended: [...one.gone.splice(0), ...over], resumed },
    ...{ motion: scene.motion, signals: scene.signals },
  });
}

/** Of those that hold now and those that waited: what is told of objects that are sure, as the tracker knows them. */
function sureOf(one: Running, hits: readonly Hit[], { own, nowMs }: Watched): readonly Hit[] {
  const sure: Hit[] = [];
  const waiting: Waiting[] = [];
  for (const each of [...one.waiting, ...hits.map((hit) => ({ hit, untilMs: nowMs + BECOMES_SURE_MS }))]) {
    const { hit, untilMs } = each;
    const track = hit.track === null ? null : own.get(hit.track.id);
    if (track === null || (track !== undefined && isSure(one.rule, track))) sure.push({ ...hit, track });
    else if (nowMs < untilMs) waiting.push(each);
  }
  one.waiting = waiting.slice(-MOST_WAITING);
  return sure;
}

/** A hit in its hours, and not too soon after the one before. */
function isTold(one: Running, { direction }: Hit, { scene }: Watched): boolean {
  const { rule } = one;
  if (rule.kind === 'line' && rule.direction !== 'both' && rule.direction !== direction) return false;
  // By the calendar: who was not watched meanwhile has cooled down all the same. A clock that was set back cools nothing.
  const sinceMs = scene.atMs - one.toldMs;
  if (!isOpen(rule, scene.atMs) || (sinceMs >= 0 && sinceMs < rule.cooldownSeconds * 1000)) return false;
  one.toldMs = scene.atMs;
  return true;
}

function crossingOf({ rule }: Running, { track, direction }: Hit, atMs: number): readonly Crossing[] {
  if (track === null || direction === undefined) return [];
  return [{ ruleId: rule.id, label: track.label, direction, atMs }];
}

const isOpen = ({ hours }: Rule, atMs: number): boolean => hours.length === 0 || isWithin(hours, atMs);

function concerns({ rule, labels }: Running, { label }: Track): boolean {
  return (rule.labels.length > 0 ? rule.labels : labels).includes(label);
}

const isSure = ({ leastScore, leastHeight }: Rule, { score, box }: Track): boolean =>
  score >= leastScore && box.height >= leastHeight;

function inTime(track: Track, of: (atMs: number) => number): Track {
  const { firstMs, seenMs, stationarySinceMs: sinceMs } = track;
  return {
    ...track,
    ...{ firstMs: of(firstMs), seenMs: of(seenMs), stationarySinceMs: sinceMs === null ? null : of(sinceMs) },
  };
}
