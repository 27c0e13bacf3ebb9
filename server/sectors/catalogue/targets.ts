import type { Database, Queries } from '#base/database';
import { Fault } from '#base/errors';
import type { Target, TargetChange } from '#contracts/sectors';

/** What figures are meant to reach, by indicator, area and period. */
export interface Targets {
  /** By area, then by time. Held in memory once they were asked for. */
  of(indicator: string): Promise<readonly Target[]>;
  /** Replaces those of the areas that are named; what was there before. */
  replace(indicator: string, targets: readonly Target[]): Promise<readonly Target[]>;
  /** Resolves with what is there afterwards. Rejects with `conflict` when one of `removed` is no longer as it is said. */
  change(indicator: string, change: TargetChange): Promise<readonly Target[]>;
  onChanged(listener: (change: { indicator: string }) => void): () => void;
}

export function createTargets(database: Database, hasArea: (code: string) => boolean): Targets {
  const known = new Map<string, readonly Target[]>();
  const listeners = new Set<(change: { indicator: string }) => void>();

  async function of(indicator: string): Promise<readonly Target[]> {
    const old = known.get(indicator);
    if (old !== undefined) return old;
    const found = await read(database, indicator);
    known.set(indicator, found);
    return found;
  }

  function tell(indicator: string): void {
    known.delete(indicator);
    for (const listener of listeners) listener({ indicator });
  }

  return {
    of,
    async replace(indicator, targets) {
      check(targets, hasArea);
      const before = await database.transaction(async (queries) => {
        const old = await read(queries, indicator);
        for (const areaCode of new Set(targets.map((target) => target.areaCode))) {
          await queries.run('DELETE FROM targets WHERE indicator = ? AND area_code = ?', indicator, areaCode);
        }
        for (const target of targets) await insert(queries, indicator, target);
        return old;
      });
      tell(indicator);
      return before;
    },
    async change(indicator, { removed, added }) {
      await database.transaction(async (queries) => {
        const there = [...(await read(queries, indicator))];
        for (const target of removed) {
          const at = there.findIndex((one) => isSame(one, target));
          if (at < 0) throw new Fault('conflict', 'target.stale', 'a target is no longer what it was');
          there.splice(at, 1);
          await queries.run(
            'DELETE FROM targets WHERE indicator = ? AND area_code = ? AND period_start_ms = ? AND period_end_ms = ?',
            ...[indicator, target.areaCode, target.periodStartMs, target.periodEndMs],
          );
        }
        check([...there, ...added], hasArea);
        for (const target of added) await insert(queries, indicator, target);
      });
      tell(indicator);
      return of(indicator);
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function read(queries: Queries, indicator: string): Promise<readonly Target[]> {
  const rows = await queries.all<Omit<Target, 'course'> & { course: string }>(
    `SELECT area_code AS areaCode, period_start_ms AS periodStartMs, period_end_ms AS periodEndMs, value, course
     FROM targets WHERE indicator = ? ORDER BY area_code, period_start_ms`,
    indicator,
  );
  return rows.map((row) => ({ ...row, course: row.course === 'linear' ? 'linear' : 'flat' }));
}

async function insert(queries: Queries, indicator: string, target: Target): Promise<void> {
  const { areaCode, periodStartMs, periodEndMs, value, course } = target;
  await queries.run(
    `INSERT INTO targets (indicator, area_code, period_start_ms, period_end_ms, value, course)
     VALUES (?, ?, ?, ?, ?, ?)`,
    ...[indicator, areaCode, periodStartMs, periodEndMs, value, course],
  );
}

function isSame(one: Target, other: Target): boolean {
  return (
    one.areaCode === other.areaCode &&
    one.periodStartMs === other.periodStartMs &&
    one.periodEndMs === other.periodEndMs &&
    one.value === other.value &&
    one.course === other.course
  );
}

/** Throws `Fault` `invalid`: periods of an area follow one another, or lie within one another as months do in a year. */
function check(targets: readonly Target[], hasArea: (code: string) => boolean): void {
  const byArea = new Map<string, Target[]>();
  targets.forEach((target, at) => {
    const { areaCode, periodStartMs, periodEndMs } = target;
    if (!hasArea(areaCode)) throw wrong(`${at}.areaCode`, 'unknownArea', `there is no area ${areaCode}`);
    if (periodEndMs <= periodStartMs) throw wrong(`${at}.periodEndMs`, 'endsFirst', 'a period ends after it begins');
    const others = byArea.get(areaCode) ?? [];
    if (others.some((other) => cross(other, target))) {
      throw wrong(`${at}.periodStartMs`, 'overlap', 'two targets of an area are for the same time');
    }
    byArea.set(areaCode, [...others, target]);
  });
}

function cross(a: Target, b: Target): boolean {
  if (a.periodStartMs >= b.periodEndMs || b.periodStartMs >= a.periodEndMs) return false;
  const [starts, ends] = [a.periodStartMs - b.periodStartMs, b.periodEndMs - a.periodEndMs];
  // Not one within the other: they begin or end on different sides, or are the same.
  return starts * ends < 0 || (starts === 0 && ends === 0);
}

function wrong(path: string, code: string, message: string): Fault {
  return new Fault('invalid', `target.${code}`, message, { fields: [{ path, code: `target.${code}`, message }] });
}
