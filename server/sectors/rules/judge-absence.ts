import type { Catalogue, Feeds, Observations, Places } from '../interfaces.ts';
import { type AbsenceRule, silentUnits } from './absence.ts';
import { type JudgeDeps, keyOf } from './judge.ts';
import { CALM } from './rule-store.ts';
import { silenceTitle } from './rule-words.ts';

/** Silent units that one rule tells of one by one; more are one event, or nobody reads the others. */
const MOST_SILENT = 5;

export interface AbsenceDeps extends JudgeDeps {
  readonly catalogue: Pick<Catalogue, 'indicator'>;
  readonly places: Places;
  readonly feeds: Pick<Feeds, 'feeds'>;
  readonly observations: Pick<Observations, 'newest'>;
}

/** Opens an event for who is silent from now on, and ends those of who is not any more. */
export async function judgeAbsence(
  rule: AbsenceRule,
  { clock, catalogue, feeds, places, observations, events, states }: AbsenceDeps,
): Promise<void> {
  const indicator = catalogue.indicator(rule.indicator);
  if (indicator === undefined) return;
  const found = await silentUnits(indicator, clock.now(), { periods: rule.periods, feeds, places, observations });
  const enough = found.length >= rule.least ? found : [];
  const asOne = rule.each === 'all' || enough.length > MOST_SILENT;
  const nameOf = (unitId: string): string => places.unit(unitId)?.name ?? unitId;
  const now = new Map(
    asOne ? (enough.length === 0 ? [] : [['all', enough] as const]) : enough.map((one) => [one.unitId, [one]] as const),
  );
  for (const [subject] of states.of(rule.id)) {
    if (now.has(subject)) continue;
    await events.end(keyOf(rule.id, subject), 'cause:delivered');
    await states.set(rule.id, subject, CALM);
  }
  for (const [subject, silences] of now) {
    const names = silences.map(({ unitId }) => nameOf(unitId));
    const title = silenceTitle(rule.name, names);
    const detail = names.slice(0, 200).join('\n');
    const [first] = silences;
    if (first === undefined) continue;
    if (states.get(rule.id, subject).band !== 'normal') {
      if (asOne) await events.revalue(keyOf(rule.id, subject), silences.length, title, { detail });
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
