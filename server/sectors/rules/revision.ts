import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { SectorRule } from '#contracts/sector-events';
import type { Indicator } from '#contracts/sectors';
import type { SectorEventDesk } from '../events/sector-events.ts';
import type { Catalogue, ObservationChange, Places } from '../interfaces.ts';
import type { ObservationStore, Revision } from '../observations/observations.ts';
import { periodText } from '../periods.ts';
import { sectorOfRule } from './rule-store.ts';
import { revisionTitle } from './rule-words.ts';
import type { Rules } from './rules.ts';

/** Figures that people have seen, and that a later delivery changes by much. */
export interface RevisionWatch {
  /** Resolves when what came by now is looked at. */
  settled(): Promise<void>;
  close(): Promise<void>;
}
type RevisionRule = Extract<SectorRule, { kind: 'revision' }>;

/** What stood for less is a slip of the sender, put right at once. */
const STOOD_MS = 3_600_000;
/** Cells of one delivery that are looked at; one that changes more is told of by these. */
const MOST_CELLS = 200;

export function createRevisionWatch(options: {
  rules: Pick<Rules, 'list'>;
  observations: Pick<ObservationStore, 'onChanged' | 'revisions'>;
  catalogue: Pick<Catalogue, 'indicator' | 'sector'>;
  places: Pick<Places, 'timeZone' | 'rootArea' | 'area'>;
  events: Pick<SectorEventDesk, 'open'>;
  log: Logger;
}): RevisionWatch {
  const { rules, observations, catalogue, places, events, log } = options;
  let work: Promise<void> = Promise.resolve();

  async function judge(change: ObservationChange): Promise<void> {
    const watched = new Map<string, RevisionRule>();
    for (const rule of rules.list()) {
      if (rule.kind !== 'revision' || !rule.enabled || catalogue.sector(sectorOfRule(rule))?.enabled !== true) continue;
      watched.set(rule.indicator, rule);
    }
    let left = MOST_CELLS;
    for (const { indicator: code, areaCode, period } of change.cells) {
      const rule = watched.get(code);
      const indicator = catalogue.indicator(code);
      if (rule === undefined || indicator === undefined || left === 0) continue;
      left -= 1;
      const said = await observations.revisions({ indicator: code, areaCode, periodStartMs: period.startMs });
      const revised = said.find(({ newest, batchId }) => newest && batchId === change.batchId);
      const before = revised === undefined ? undefined : formerOf(revised, said);
      if (revised === undefined || before === undefined) continue;
      const percent = changeOf(before.value, revised.value);
      if (percent === null || Math.abs(percent) < rule.percent) continue;
      if (revised.receivedMs - before.receivedMs < STOOD_MS) continue;
      await tell(rule, indicator, { before, revised, percent });
    }
  }

  async function tell(
    rule: RevisionRule,
    indicator: Indicator,
    { before, revised, percent }: { before: Revision; revised: Revision; percent: number },
  ): Promise<void> {
    const { areaCode, period, unitId, value } = revised;
    const areaName = areaCode === places.rootArea() ? null : (places.area(areaCode)?.name ?? areaCode);
    const about = { indicator, period: periodText(indicator.cadence, period, places.timeZone), areaName, percent };
    // How far it went is not for everybody where the figure is not.
    const shown = indicator.confidentiality === 'restricted' ? null : { before: before.value, now: value };
    await events.open({
      ...{ key: `revision:${rule.id}:${areaCode}:${period.startMs}`, sector: indicator.sector },
      ...{ type: rule.raises ?? 'rule.revision', title: revisionTitle({ ...about, shown }), certainty: 'observed' },
      ...{ occurredMs: revised.receivedMs, areaCode, unitId, indicator: indicator.code, value: shown?.now ?? null },
      source: { kind: 'rule', id: rule.id },
    });
  }

  const stop = observations.onChanged((change) => {
    work = work
      .then(() => judge(change))
      .catch((error: unknown) => log.error({ reason: messageOf(error) }, 'revisions could not be looked at'));
  });
  return {
    settled: () => work,
    async close() {
      stop();
      await work;
    },
  };
}

/** What stood in the same cell before, of those that were not taken back. */
function formerOf(revised: Revision, said: readonly Revision[]): Revision | undefined {
  const dims = JSON.stringify(revised.dims);
  return said.find(
    ({ revision, unitId, undone, ...one }) =>
      !undone && revision < revised.revision && unitId === revised.unitId && JSON.stringify(one.dims) === dims,
  );
}

/** In percent of what stood before; `null` where one of them says nothing. */
function changeOf(before: number | null, now: number | null): number | null {
  if (before === null || now === null || before === now) return null;
  return before === 0 ? Math.sign(now) * Number.POSITIVE_INFINITY : ((now - before) / Math.abs(before)) * 100;
}
