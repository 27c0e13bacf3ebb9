import type { FeedInput, FeedState } from '#contracts/feeds';
import type { Indicator, Period } from '#contracts/sectors';
import type { Places } from '../interfaces.ts';
import { dueMs, lastClosedPeriod, lateMs, nextPeriod, periodOf, previousPeriod } from '../periods.ts';
import { isOwed, owedSinceMs } from './owed-since.ts';

/** How a feed stands at a moment, by what it must deliver and what came. */
export interface FeedFacts {
  readonly input: Pick<FeedInput, 'paused' | 'obliged' | 'heartbeatMinutes'>;
  readonly lastAcceptedMs: number | null;
  readonly lastHeartbeatMs: number | null;
  readonly lastError: { readonly atMs: number } | null;
  /** By indicator: where the newest period begins that came. */
  readonly newest: ReadonlyMap<string, number>;
  readonly createdMs: number;
}
interface World {
  readonly indicator: (code: string) => Indicator | undefined;
  readonly places: Pick<Places, 'timeZone' | 'isDueDay'>;
}

const MINUTE_MS = 60_000;
/** Periods that are looked back over for one on a day on which something is due: Tết has fewer days off. */
const MOST_STEPS = 60;

export function feedState(
  facts: FeedFacts,
  nowMs: number,
  world: World,
): { state: FeedState; nextDueMs: number | null } {
  const { input, lastAcceptedMs, lastHeartbeatMs, lastError } = facts;
  const dues = input.obliged.flatMap((obliged) => {
    const indicator = world.indicator(obliged.indicator);
    return indicator === undefined ? [] : [dueOf(indicator, owedSinceMs(facts, obliged), facts, nowMs, world)];
  });
  const nextDueMs = dues.length === 0 ? null : Math.min(...dues.map((due) => due.nextMs));
  if (input.paused) return { state: 'paused', nextDueMs: null };
  const failing = lastError !== null && lastError.atMs >= (lastAcceptedMs ?? 0);
  if (failing) return { state: 'failing', nextDueMs };
  if (lastAcceptedMs === null && lastHeartbeatMs === null) return { state: 'new', nextDueMs };
  const states = [...dues.map(({ state }) => state), heartState(facts, nowMs)];
  const state = states.includes('stale') ? 'stale' : states.includes('late') ? 'late' : 'ok';
  return { state, nextDueMs };
}

/** A heart-beat that is missed once may be late; missed twice nobody is there. */
function heartState({ input, lastAcceptedMs, lastHeartbeatMs }: FeedFacts, nowMs: number): 'ok' | 'late' | 'stale' {
  if (input.heartbeatMinutes === null) return 'ok';
  const ageMs = nowMs - Math.max(lastAcceptedMs ?? 0, lastHeartbeatMs ?? 0);
  const beatMs = input.heartbeatMinutes * MINUTE_MS;
  return ageMs > 2 * beatMs ? 'stale' : ageMs > beatMs ? 'late' : 'ok';
}

function dueOf(
  { code, cadence }: Indicator,
  sinceMs: number,
  { newest }: FeedFacts,
  nowMs: number,
  { places }: World,
): { state: 'ok' | 'late' | 'stale'; nextMs: number } {
  const isDue = (period: Period): boolean => places.isDueDay(period.startMs, cadence.days);
  const came = newest.get(code) ?? Number.NEGATIVE_INFINITY;

  // The newest that should be here by now; a lag below zero makes it due before it is over.
  let period =
    cadence.lagMinutes < 0
      ? periodOf(cadence, nowMs, places.timeZone)
      : lastClosedPeriod(cadence, nowMs, places.timeZone);
  for (let step = 0; step < MOST_STEPS && !(isDue(period) && dueMs(cadence, period) <= nowMs); step += 1) {
    period = previousPeriod(cadence, period, places.timeZone);
  }
  // Nobody was asked for what was due before it was owed.
  const missing = came < period.startMs && isOwed(cadence, period, sinceMs);
  const state = !missing ? 'ok' : nowMs > lateMs(cadence, period) ? 'stale' : 'late';

  let next = period;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    next = nextPeriod(cadence, next, places.timeZone);
    if (isDue(next) && dueMs(cadence, next) > nowMs && next.startMs > came) break;
  }
  return { state, nextMs: dueMs(cadence, next) };
}
