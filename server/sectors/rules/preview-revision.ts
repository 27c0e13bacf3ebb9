import { setImmediate as breathe } from 'node:timers/promises';
import type { Indicator } from '#contracts/sectors';
import type { Revision } from '../observations/observations.ts';
import type { ScoreValues } from '../observations/score-values.ts';
import { ABOUT_MS } from '../periods.ts';
import type { Raised } from './preview-absence.ts';
import { changeTo, MOST_SINGLE, type RevisionRule } from './revision.ts';

const DAY_MS = 86_400_000;
/** How far before the range periods begin whose values are revised in it: a year, and what is late of it. */
const BACK_MS = 400 * DAY_MS;
/** Of what comes by the hour, which would be too much. */
const BACK_OF_HOURS_MS = 30 * DAY_MS;
const CELLS_AT_ONCE = 500;

/**
 * Which revisions a rule would have told of: each as it came in the range, held against what stood before it. A figure
 * that is revised again is one event that goes on; a delivery that changes many is one.
 */
export async function revisionsIn(
  rule: RevisionRule,
  { code, cadence }: Indicator,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  { values }: { readonly values: Pick<ScoreValues, 'revisions'> },
): Promise<Raised[]> {
  const cells = new Map<string, Revision[]>();
  const backMs = ABOUT_MS[cadence.every] < DAY_MS ? BACK_OF_HOURS_MS : BACK_MS;
  for (const value of await values.revisions(code, fromMs - backMs, toMs + 1)) {
    const key = `${value.areaCode} ${value.period.startMs}`;
    const known = cells.get(key);
    if (known === undefined) cells.set(key, [{ ...value, undone: false }]);
    else known.push({ ...value, undone: false });
  }
  /** Of each delivery the largest change of each cell. */
  const byBatch = new Map<string, Map<string, { readonly revised: Revision; readonly percent: number }>>();
  let looked = 0;
  for (const [cell, said] of cells) {
    looked += 1;
    if (looked % CELLS_AT_ONCE === 0) await breathe();
    for (const revised of said) {
      const change = revised.receivedMs < fromMs ? undefined : changeTo(revised, said)[0];
      if (change === undefined || Math.abs(change.percent) < rule.percent) continue;
      const changes = byBatch.get(revised.batchId) ?? new Map();
      byBatch.set(revised.batchId, changes);
      if (Math.abs(change.percent) > Math.abs(changes.get(cell)?.percent ?? 0)) changes.set(cell, change);
    }
  }
  const raised: Raised[] = [];
  const told = new Set<string>();
  for (const changes of byBatch.values()) {
    const together = changes.size > MOST_SINGLE;
    for (const [cell, { revised }] of changes) {
      if (together) {
        raised.push({ atMs: revised.receivedMs, areaCode: null, value: changes.size, critical: false });
        break;
      }
      if (told.has(cell)) continue;
      told.add(cell);
      const { receivedMs: atMs, areaCode, value } = revised;
      raised.push({ atMs, areaCode, value: value ?? 0, critical: false });
    }
  }
  return raised;
}
