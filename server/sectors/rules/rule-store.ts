import type { Database } from '#base/database';
import { Fault } from '#base/errors';
import { assertNewest } from '#base/newest';
import { type SectorRule, sectorRuleSchema } from '#contracts/sector-events';
import type { FigureBand } from '#contracts/sectors';

/** Rules of the sectors, and where each stands on what it judges. Times are ms since 1970. */
export interface RuleStore {
  list(): readonly SectorRule[];
  find(id: string): SectorRule | undefined;
  /**
   * Under its next version, which it resolves to. Rejects with `conflict` where `rule.version` is not the newest. One at
   * a time.
   */
  save(rule: SectorRule, nowMs: number): Promise<SectorRule>;
  /** `false` where there is none. A rule of the house does not come back with the next start. */
  remove(id: string, nowMs: number): Promise<boolean>;
  /** Throws as `save` rejects, and changes nothing. */
  guardNewest(id: string, from: number | undefined): void;
  readonly states: RuleStates;
}

export interface RuleState {
  readonly band: FigureBand;
  /** What it has been saying since when, while that does not count yet. */
  readonly pending: FigureBand | null;
  readonly pendingMs: number | null;
}
export const CALM: RuleState = { band: 'normal', pending: null, pendingMs: null };

/** By rule and what it judges: an area, a unit. */
export interface RuleStates {
  get(ruleId: string, subject: string): RuleState;
  /** Those that are not calm. */
  of(ruleId: string): readonly (readonly [subject: string, state: RuleState])[];
  set(ruleId: string, subject: string, state: RuleState): Promise<void>;
  forget(ruleId: string): Promise<void>;
}

interface RuleRow {
  readonly id: string;
  readonly rule: string | null;
  readonly seed: string | null;
  readonly version: number;
}
interface StateRow {
  readonly ruleId: string;
  readonly subject: string;
  readonly band: FigureBand;
  readonly pending: FigureBand | null;
  readonly pendingMs: number | null;
}

/** `seeds`: as they come with the program; what was changed by hand stays as it is. */
export async function createRuleStore(
  database: Database,
  seeds: readonly SectorRule[],
  nowMs: number,
): Promise<RuleStore> {
  const rows = new Map(
    (await database.all<RuleRow>('SELECT id, rule, seed, version FROM sector_rules')).map((row) => [row.id, row]),
  );
  await database.transaction(async (queries) => {
    for (const rule of seeds) {
      const seed = JSON.stringify(rule);
      const known = rows.get(rule.id);
      if (known?.seed === seed) continue;
      const kept = known !== undefined && known.rule !== known.seed;
      const version = (known?.version ?? 0) + 1;
      const next: RuleRow = { id: rule.id, rule: kept ? known.rule : seed, seed, version };
      rows.set(rule.id, next);
      await queries.run(
        `INSERT INTO sector_rules (id, rule, seed, version, changed_ms) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET rule = excluded.rule, seed = excluded.seed, version = excluded.version`,
        ...[next.id, next.rule, next.seed, next.version, nowMs],
      );
    }
  });
  const rules = new Map<string, SectorRule>();
  for (const { id, rule, version } of rows.values()) {
    // One that a newer program wrote, and that this one does not understand, waits for that program.
    const read = rule === null ? undefined : sectorRuleSchema.safeParse(JSON.parse(rule));
    if (read?.success === true) rules.set(id, { ...read.data, version });
  }

  const states = new Map<string, Map<string, RuleState>>();
  for (const { ruleId, subject, ...state } of await database.all<StateRow>(
    'SELECT rule_id AS ruleId, subject, band, pending, pending_ms AS pendingMs FROM sector_rule_states',
  )) {
    ofRule(ruleId).set(subject, state);
  }
  function ofRule(ruleId: string): Map<string, RuleState> {
    const known = states.get(ruleId) ?? new Map<string, RuleState>();
    states.set(ruleId, known);
    return known;
  }

  function guardNewest(id: string, from: number | undefined): void {
    const known = rules.get(id);
    if (known !== undefined) assertNewest(from, known.version ?? 1);
    else if (from !== undefined) throw unknownRule();
  }

  return {
    list: () => [...rules.values()],
    find: (id) => rules.get(id),
    guardNewest,
    async save({ version: from, ...rule }, atMs) {
      guardNewest(rule.id, from);
      const row = await database.get<{ version: number }>(
        `INSERT INTO sector_rules (id, rule, seed, changed_ms) VALUES (?, ?, NULL, ?)
         ON CONFLICT (id) DO UPDATE SET rule = excluded.rule, version = version + 1, changed_ms = excluded.changed_ms
         RETURNING version`,
        ...[rule.id, JSON.stringify(rule), atMs],
      );
      const saved = { ...rule, version: row?.version ?? 1 };
      rules.set(rule.id, saved);
      return saved;
    },
    async remove(id, atMs) {
      if (!rules.has(id)) return false;
      await database.run(
        'UPDATE sector_rules SET rule = NULL, changed_ms = ? WHERE id = ? AND seed IS NOT NULL',
        atMs,
        id,
      );
      await database.run('DELETE FROM sector_rules WHERE id = ? AND seed IS NULL', id);
      return rules.delete(id);
    },
    states: {
      get: (ruleId, subject) => states.get(ruleId)?.get(subject) ?? CALM,
      of: (ruleId) => [...(states.get(ruleId) ?? [])],
      async set(ruleId, subject, state) {
        const known = states.get(ruleId)?.get(subject) ?? CALM;
        if (known.band === state.band && known.pending === state.pending && known.pendingMs === state.pendingMs) return;
        if (state.band === 'normal' && state.pending === null) {
          ofRule(ruleId).delete(subject);
          await database.run('DELETE FROM sector_rule_states WHERE rule_id = ? AND subject = ?', ruleId, subject);
          return;
        }
        ofRule(ruleId).set(subject, state);
        await database.run(
          `INSERT INTO sector_rule_states (rule_id, subject, band, pending, pending_ms) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (rule_id, subject) DO UPDATE SET band = excluded.band, pending = excluded.pending,
             pending_ms = excluded.pending_ms`,
          ...[ruleId, subject, state.band, state.pending, state.pendingMs],
        );
      },
      async forget(ruleId) {
        states.delete(ruleId);
        await database.run('DELETE FROM sector_rule_states WHERE rule_id = ?', ruleId);
      },
    },
  };
}

export function unknownRule(): Fault {
  return new Fault('notFound', 'sectorRule.unknown', 'there is no such rule');
}

/** The sector whose people a rule is for. */
export function sectorOfRule(rule: SectorRule): string {
  const name = rule.kind === 'correlation' ? (rule.types[0] ?? '') : rule.indicator;
  return name.split('.')[0] ?? '';
}
