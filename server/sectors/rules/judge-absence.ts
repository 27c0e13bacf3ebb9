import type { Catalogue, Feeds, Observations, Places } from '../interfaces.ts';
import { type AbsenceRule, silentUnits } from './absence.ts';
import { type JudgeDeps, keyOf } from './judge.ts';
import { CALM } from './rule-store.ts';
import { silenceTitle } from './rule-words.ts';

/** Silent units that one rule tells of one by one; further ones are one event, or nobody reads them, until few are left. */
const MOST_SINGLE = 5;
const FEW = 3;
const ALL = 'all';
/** Before the unit, of those that are told of together: whoever closes that event closes it for these alone. */
const AMONG = 'all:';

export interface AbsenceDeps extends JudgeDeps {
  readonly catalogue: Pick<Catalogue, 'indicator' | 'isRestricted'>;
  readonly places: Places;
  readonly feeds: Pick<Feeds, 'feeds'>;
  readonly observations: Pick<Observations, 'newest'>;
}

/**
 * What a rule tells of these silent units: of units, or of several together. `isTold`: by subject; what somebody may have
 * taken stays as it is, however many more are silent.
 */
export function subjectsOf(
  { each, least }: Pick<AbsenceRule, 'each' | 'least'>,
  silent: readonly string[],
  isTold: (subject: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  if (silent.length === 0 || silent.length < least) return new Map();
  const together = each === 'all' || silent.length > (isTold(ALL) ? FEW : MOST_SINGLE);
  const isSingle = (unitId: string): boolean => each === 'unit' && (!together || isTold(unitId));
  const others = silent.filter((unitId) => !isSingle(unitId));
  return new Map<string, readonly string[]>([
    ...silent.filter(isSingle).map((unitId) => [unitId, [unitId]] as const),
    ...(others.length === 0 ? [] : [[ALL, others] as const]),
  ]);
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
  const isTold = (subject: string): boolean => states.get(rule.id, subject).band !== 'normal';
  const now = subjectsOf(rule, [...byUnit.keys()], isTold);
  const together = now.get(ALL) ?? [];
  // Of those that were told together, some may be told by themselves from now on.
  const goesOn = [...now.keys()].some((subject) => subject !== ALL && !isTold(subject));
  for (const [subject] of states.of(rule.id)) {
    if (subject.startsWith(AMONG)) {
      if (!together.includes(subject.slice(AMONG.length))) await states.set(rule.id, subject, CALM);
    } else if (!now.has(subject)) {
      const why = subject === ALL && goesOn ? 'cause:regrouped' : 'cause:delivered';
      await events.end(keyOf(rule.id, subject), why);
      await states.set(rule.id, subject, CALM);
    }
  }
  for (const [subject, units] of now) {
    const key = keyOf(rule.id, subject);
    const silences = units.flatMap((unitId) => byUnit.get(unitId) ?? []);
    const names = silences.map(({ unitId }) => nameOf(unitId));
    const title = silenceTitle(rule.name, names, subject === ALL && now.size > 1);
    const detail = names.slice(0, 200).join('\n');
    const [first] = silences;
    if (first === undefined) continue;
    const joins = subject === ALL && units.some((unitId) => !isTold(`${AMONG}${unitId}`));
    if (!isTold(subject) || (joins && (await events.openOf(key)) === undefined)) {
      const only = subject === ALL ? undefined : first;
      await events.open({
        ...{ key, sector: indicator.sector, type: rule.raises ?? 'quality.silent', title },
        ...{ detail, severity: 'moderate', certainty: 'observed', urgency: 'expected' },
        ...{ occurredMs: first.lateMs, indicator: rule.indicator, value: silences.length, expiresMs: null },
        areaCode: only?.areaCodes.length === 1 ? (only.areaCodes[0] ?? null) : null,
        unitId: only?.unitId ?? null,
        ...{ source: { kind: 'rule', id: rule.id }, synthetic: silences.every(({ feed }) => feed.synthetic) },
      });
    } else if (subject === ALL) {
      await events.revalue(key, silences.length, title, { detail });
    }
    const told = { ...CALM, band: 'warn' } as const;
    await states.set(rule.id, subject, told);
    if (subject === ALL) for (const unitId of units) await states.set(rule.id, `${AMONG}${unitId}`, told);
  }
}
