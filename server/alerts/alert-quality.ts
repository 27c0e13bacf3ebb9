import { createHash } from 'node:crypto';
import { setImmediate as immediate } from 'node:timers/promises';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault } from '#base/errors';
import type { RuleQuality, RuleSuggestion } from '#contracts/alerts';
import type { Rule } from '#contracts/rules';
import { readAlerts, type StoredAlert } from './alert-store.ts';
import type { Presence } from './presence.ts';
import { type Change, changed, suggest } from './suggestions.ts';

/**
 * How good the alerts of each rule were, by what people said when they closed them, and what would have been better. A
 * suggestion is computed from the closed alerts of the last 30 days, whatever days are asked for, and of those only from
 * the ones since a suggestion for the rule was last applied or taken back.
 */
export interface AlertQuality {
  /** Of cameras that `visible` lets through; most alerts first. */
  list(days: number, visible: (cameraId: string) => boolean): Promise<RuleQuality[]>;
  /** Whose rule it is about. Rejects with `notFound`. */
  cameraOf(suggestionId: string): Promise<string>;
  /** Changes the rule. Rejects with `conflict` where it was changed since. */
  apply(suggestionId: string): Promise<RuleQuality>;
  /** Sets the rule back to what it was before. Rejects with `conflict` where it was changed since. */
  undo(suggestionId: string): Promise<RuleQuality>;
  totals(fromMs: number, toMs: number): Promise<Totals>;
}

export interface Totals extends Pick<RuleQuality, 'opened' | 'true' | 'false' | 'nuisance'> {
  readonly acknowledgeP50Ms: number | null;
  readonly acknowledgeP95Ms: number | null;
}

/** The rules of cameras, as far as they are looked at and changed from here. */
export interface RuleBook {
  /** `undefined` where the camera or the rule is gone. */
  find(cameraId: string, ruleId: string): Promise<Rule | undefined>;
  /** Stores what `change` makes of the rule as it is then. */
  changeRule(cameraId: string, ruleId: string, change: (rule: Rule) => Rule): Promise<void>;
}

const DAY_MS = 86_400_000;
const SUGGEST_DAYS = 30;
/** The newest alerts that are counted, and how many are read at a time: others want this thread too. */
const MOST_ALERTS = 50_000;
const PAGE = 1000;

interface Applied {
  readonly id: string;
  readonly cameraId: string;
  readonly ruleId: string;
  readonly suggestion: RuleSuggestion;
  /** The rule before. */
  readonly before: Rule;
  readonly appliedMs: number;
  readonly undoneMs: number | null;
}

export function createAlertQuality(options: {
  database: Database;
  clock: Clock;
  rules: RuleBook;
  presence: Pick<Presence, 'hours'>;
}): AlertQuality {
  const { database, clock, rules, presence } = options;

  async function openedBetween(fromMs: number, toMs: number): Promise<StoredAlert[]> {
    const found: StoredAlert[] = [];
    let before = Number.MAX_SAFE_INTEGER;
    while (found.length < MOST_ALERTS) {
      const page = await readAlerts(
        database,
        'WHERE number < ? AND opened_ms >= ? AND opened_ms < ? ORDER BY number DESC LIMIT ?',
        ...[before, Math.round(fromMs), Math.round(toMs), PAGE],
      );
      found.push(...page);
      before = page.at(-1)?.number ?? 0;
      if (page.length < PAGE) break;
      await immediate();
    }
    return found;
  }

  async function suggestionFor(alerts: readonly StoredAlert[], ruleKey: Key): Promise<RuleSuggestion | null> {
    const { cameraId, ruleId } = ruleKey;
    const rule = await rules.find(cameraId, ruleId);
    if (rule === undefined) return null;
    const last = await lastApplied(ruleKey);
    const sinceMs = Math.max(last?.undoneMs ?? last?.appliedMs ?? 0, clock.now() - SUGGEST_DAYS * DAY_MS);
    const closed = alerts.flatMap(({ verdict, detection, openedMs }) =>
      verdict === null || openedMs < sinceMs ? [] : [{ verdict, detection }],
    );
    const found = suggest(closed, rule);
    if (found !== null) return { id: idOf(ruleKey, found.change), ...found, appliedMs: null };
    if (last === undefined || last.undoneMs !== null || !isInForce(last, rule)) return null;
    return { ...last.suggestion, appliedMs: last.appliedMs };
  }

  async function lastApplied({ cameraId, ruleId }: Key): Promise<Applied | undefined> {
    return (
      await readApplied('WHERE camera_id = ? AND rule_id = ? ORDER BY applied_ms DESC LIMIT 1', cameraId, ruleId)
    )[0];
  }

  async function readApplied(where: string, ...params: string[]): Promise<Applied[]> {
    const rows = await database.all<Omit<Applied, 'suggestion' | 'before'> & { suggestion: string; before: string }>(
      `SELECT id, camera_id AS cameraId, rule_id AS ruleId, suggestion, before, applied_ms AS appliedMs,
         undone_ms AS undoneMs FROM alert_suggestions ${where}`,
      ...params,
    );
    // Both were written by `apply`.
    return rows.map((row) => ({ ...row, suggestion: JSON.parse(row.suggestion), before: JSON.parse(row.before) }));
  }

  async function list(days: number, visible: (cameraId: string) => boolean, only?: Key): Promise<RuleQuality[]> {
    const now = clock.now();
    const fromMs = now - days * DAY_MS;
    const wanted = ({ cameraId, detection }: StoredAlert): boolean =>
      visible(cameraId) && (only === undefined || (cameraId === only.cameraId && detection.ruleId === only.ruleId));
    const all = (await openedBetween(now - Math.max(days, SUGGEST_DAYS) * DAY_MS, Number.MAX_SAFE_INTEGER)).filter(
      wanted,
    );
    const byRule = new Map<string, StoredAlert[]>();
    for (const alert of all) {
      const key = JSON.stringify([alert.cameraId, alert.detection.ruleId]);
      const ofRule = byRule.get(key);
      if (ofRule === undefined) byRule.set(key, [alert]);
      else ofRule.push(alert);
    }
    const hours = await presence.hours(fromMs, now);
    const qualities: RuleQuality[] = [];
    for (const alerts of byRule.values()) {
      const [newest] = alerts;
      if (newest === undefined) continue;
      const asked = alerts.filter(({ openedMs }) => openedMs >= fromMs);
      const key = { cameraId: newest.cameraId, ruleId: newest.detection.ruleId };
      const counts = totalsOf(asked);
      const closed = counts.true + counts.false + counts.nuisance;
      qualities.push({
        ...key,
        ruleName: newest.detection.ruleName,
        ...counts,
        precision: closed === 0 ? null : counts.true / closed,
        perOperatorHour: hours === 0 ? null : asked.length / hours,
        suggestion: await suggestionFor(alerts, key),
      });
    }
    return qualities.filter(({ opened }) => opened > 0 || only !== undefined).sort((a, b) => b.opened - a.opened);
  }

  async function one(key: Key): Promise<RuleQuality> {
    const [quality] = await list(SUGGEST_DAYS, () => true, key);
    if (quality === undefined) throw unknown();
    return quality;
  }

  /** One that was applied, or one that stands in the list now. */
  async function find(suggestionId: string): Promise<Key & { applied?: Applied; offered?: RuleSuggestion }> {
    const [applied] = await readApplied('WHERE id = ? AND undone_ms IS NULL', suggestionId);
    if (applied !== undefined) return { cameraId: applied.cameraId, ruleId: applied.ruleId, applied };
    const offering = (await list(SUGGEST_DAYS, () => true)).find(({ suggestion }) => suggestion?.id === suggestionId);
    if (offering?.suggestion === undefined || offering.suggestion === null) throw unknown();
    return { cameraId: offering.cameraId, ruleId: offering.ruleId, offered: offering.suggestion };
  }

  return {
    list: (days, visible) => list(days, visible),
    cameraOf: async (suggestionId) => (await find(suggestionId)).cameraId,
    async apply(suggestionId) {
      const { cameraId, ruleId, offered } = await find(suggestionId);
      const key = { cameraId, ruleId };
      // Applied by somebody else meanwhile: it is as they wished.
      if (offered === undefined) return one(key);
      let before: Rule | undefined;
      await rules.changeRule(cameraId, ruleId, (rule) => {
        const { change } = offered;
        const next = change.kind !== 'exclude' && rule[change.kind] !== change.from ? undefined : changed(rule, change);
        if (next === undefined) throw changedSince();
        before = rule;
        return next;
      });
      if (before === undefined) throw changedSince();
      const nowMs = Math.round(clock.now());
      await database.run(
        `INSERT INTO alert_suggestions (id, camera_id, rule_id, suggestion, before, applied_ms) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET suggestion = excluded.suggestion, before = excluded.before,
           applied_ms = excluded.applied_ms, undone_ms = NULL`,
        ...[suggestionId, cameraId, ruleId, JSON.stringify(offered), JSON.stringify(before), nowMs],
      );
      return one(key);
    },
    async undo(suggestionId) {
      const { cameraId, ruleId, applied } = await find(suggestionId);
      if (applied === undefined) throw new Fault('conflict', 'suggestion.notApplied', 'it was not applied');
      await rules.changeRule(cameraId, ruleId, (rule) => {
        if (!isInForce(applied, rule)) throw changedSince();
        const { before } = applied;
        const { kind } = applied.suggestion.change;
        if (kind !== 'exclude') return { ...rule, [kind]: before[kind] };
        return 'area' in rule && 'area' in before ? withArea(rule, before) : rule;
      });
      await database.run(
        'UPDATE alert_suggestions SET undone_ms = ? WHERE id = ?',
        ...[Math.round(clock.now()), suggestionId],
      );
      return one({ cameraId, ruleId });
    },
    totals: async (fromMs, toMs) => totalsOf(await openedBetween(fromMs, toMs)),
  };
}

interface Key {
  readonly cameraId: string;
  readonly ruleId: string;
}

/** Whether the rule still has what the suggestion gave it. */
function isInForce({ suggestion: { change }, before }: Applied, rule: Rule): boolean {
  if (change.kind !== 'exclude') return rule[change.kind] === change.to;
  const then = changed(before, change);
  return 'area' in rule && then !== undefined && 'area' in then && same(rule.area, then.area);
}

/** The area of `before` in `rule`; both are of one kind, for a rule keeps its kind while its area is as it was given. */
function withArea(rule: Rule, before: Rule): Rule {
  return rule.kind === before.kind && 'area' in before ? Object.assign({}, rule, { area: before.area }) : rule;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function totalsOf(alerts: readonly StoredAlert[]): Totals {
  const count = (verdict: StoredAlert['verdict']): number => alerts.filter((one) => one.verdict === verdict).length;
  const waits = alerts
    .flatMap(({ openedMs, acknowledgedMs }) =>
      acknowledgedMs === null ? [] : [Math.max(0, acknowledgedMs - openedMs)],
    )
    .sort((a, b) => a - b);
  const percentile = (share: number): number | null => waits[Math.ceil(waits.length * share) - 1] ?? null;
  return {
    ...{ opened: alerts.length, true: count('true'), false: count('false'), nuisance: count('nuisance') },
    ...{ acknowledgeP50Ms: percentile(0.5), acknowledgeP95Ms: percentile(0.95) },
  };
}

/** The same change of the same rule is the same suggestion, however often it is computed. */
function idOf({ cameraId, ruleId }: Key, change: Change): string {
  return createHash('sha256')
    .update(JSON.stringify([cameraId, ruleId, change]))
    .digest('hex')
    .slice(0, 32);
}

function unknown(): Fault {
  return new Fault('notFound', 'suggestion.unknown', 'there is no such suggestion, or not any more');
}

function changedSince(): Fault {
  return new Fault('conflict', 'suggestion.changedSince', 'the rule was changed since');
}
