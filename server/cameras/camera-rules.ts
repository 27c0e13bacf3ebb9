import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { type Rule, type RuleSet, ruleSchema } from '#contracts/rules';

/** What each camera is watched for. A copy is in memory: every picture of a camera is judged by it. */
export interface CameraRuleStore {
  of(cameraId: string): readonly Rule[];
  set(cameraId: string): RuleSet;
  /** Replaces all rules of a camera; rejects with `Fault` `conflict` when `set.version` is not the newest. */
  replace(cameraId: string, set: RuleSet): Promise<RuleSet>;
  /** The camera was removed, and its rules with it. */
  forget(cameraId: string): void;
  onChanged(listener: (cameraId: string) => void): () => void;
}

const NONE: RuleSet = { rules: [], version: 0 };

export async function createCameraRuleStore({
  database,
  clock,
  log,
}: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<CameraRuleStore> {
  const sets = new Map<string, RuleSet>();
  const listeners = new Set<(cameraId: string) => void>();
  const rows = await database.all<{ camera_id: string; rules: string; version: number }>(
    'SELECT camera_id, rules, version FROM camera_rules',
  );
  for (const { camera_id: cameraId, rules, version } of rows) {
    sets.set(cameraId, { rules: readRules(rules, cameraId, log), version });
  }
  const find = (cameraId: string): RuleSet => sets.get(cameraId) ?? NONE;
  const tell = (cameraId: string): void => {
    for (const listener of listeners) listener(cameraId);
  };

  return {
    of: (cameraId) => find(cameraId).rules,
    set: find,
    async replace(cameraId, { rules, version }) {
      const next: RuleSet = { rules, version: version + 1 };
      if (version !== find(cameraId).version) throw changedElsewhere();
      const { changes } = await database.run(
        `INSERT INTO camera_rules (camera_id, rules, version, changed_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT (camera_id) DO UPDATE SET rules = excluded.rules, version = excluded.version,
           changed_ms = excluded.changed_ms WHERE version = excluded.version - 1`,
        cameraId,
        JSON.stringify(rules),
        next.version,
        clock.now(),
      );
      // Two at a time: both have looked at the same set.
      if (changes === 0) throw changedElsewhere();
      sets.set(cameraId, next);
      tell(cameraId);
      return next;
    },
    forget(cameraId) {
      if (sets.delete(cameraId)) tell(cameraId);
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function changedElsewhere(): Fault {
  return new Fault('conflict', 'rules.changedElsewhere', 'somebody else changed the rules of this camera');
}

/** A rule that is not understood, of a newer program, costs itself and not the start. */
function readRules(text: string, cameraId: string, log: Logger): Rule[] {
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) throw new Error('no list');
    return list.flatMap((one: unknown) => {
      const { success, data, error } = ruleSchema.safeParse(one);
      if (success) return [data];
      log.error({ camera: cameraId, reason: error.message }, 'a rule is not understood and is left out');
      return [];
    });
  } catch (error) {
    log.error({ camera: cameraId, reason: messageOf(error) }, 'the rules of a camera cannot be read');
    return [];
  }
}
