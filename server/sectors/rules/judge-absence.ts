import type { Catalogue, Feeds, Observations, Places } from '../interfaces.ts';
import { type AbsenceRule, silentUnits } from './absence.ts';
import { type JudgeDeps, keyOf } from './judge.ts';
import { CALM } from './rule-store.ts';
import { silenceTitle } from './rule-words.ts';

/** Silent units that one rule tells of one by one; more are one event, or nobody reads the others. */
const MOST_SILENT = 5;
const ALL = 'all';

export interface AbsenceDeps extends JudgeDeps {
  readonly catalogue: Pick<Catalogue, 'indicator' | 'isRestricted'>;
  readonly places: Places;
  readonly feeds: Pick<Feeds, 'feeds'>;
  readonly observations: Pick<Observations, 'newest'>;
}

/** What a rule tells of these silent units, one event each: of units, or of all of them. */
export function subjectsOf(
  { each, least }: Pick<AbsenceRule, 'each' | 'least'>,
  silent: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  if (silent.length === 0 || silent.length < least) return new Map();
  if (each === 'all' || silent.length > MOST_SILENT) return new Map([[ALL, silent]]);
  return new Map(silent.map((unitId) => [unitId, [unitId]]));
}

/** Opens an event for who is silent from now on, and ends those of who is not any more. */
export async function judgeAbsence(
  rule: AbsenceRule,
  { clock, catalogue, feeds, places, observations, events, states }: AbsenceDeps,
): Promise<void> {
  const indicator = catalogue.indicator(rule.indicator);
  if (indicator === undefined) return;
  const found = await silentUnits(indicator, clock.now(), { periods: rule.periods, feeds, places, observations });
  const nameOf = (unitId: string): string => places.unit(unitId)?.name ?? unitId;
  const byUnit = new Map(found.map((one) => [one.unitId, one]));
  const now = subjectsOf(rule, [...byUnit.keys()]);
  for (const [subject] of states.of(rule.id)) {
    if (now.has(subject)) continue;
    await events.end(keyOf(rule.id, subject), 'cause:delivered');
    await states.set(rule.id, subject, CALM);
  }
  for (const [subject, units] of now) {
    const silences = units.flatMap((unitId) => byUnit.get(unitId) ?? []);
    const names = silences.map(({ unitId }) => nameOf(unitId));
    const title = silenceTitle(rule.name, names);
    const detail = names.slice(0, 200).join('\n');
    const [first] = silences;
    if (first === undefined) continue;
    if (states.get(rule.id, subject).band !== 'normal') {
      if (subject === ALL) await events.revalue(keyOf(rule.id, subject), silences.length, title, { detail });
      continue;
    }
    await events.open({
      ...{ key: keyOf(rule.id, subject), sector: indicator.sector, type: rule.raises ?? 'quality.silent', title },
      ...{ detail, severity: 'moderate', certainty: 'observed', urgency: 'expected' },
      ...{ occurredMs: first.lateMs, indicator: rule.indicator, value: silences.length, expiresMs: null },
      areaCode: silences.length === 1 && first.areaCodes.length === 1 ? (first.areaCodes[0] ?? null) : null,
      unitId: silences.length === 1 ? first.unitId : null,
      ...{ source: { kind: 'rule', id: rule.id }, synthetic: silences.every(({ feed }) => feed.synthetic) },
    });
    await states.set(rule.id, subject, { ...CALM, band: 'warn' });
  }
}
