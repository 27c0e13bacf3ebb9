import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { SectorRule } from '#contracts/sector-events';
import type { Indicator } from '#contracts/sectors';
import type { SectorEventDesk } from '../events/sector-events.ts';
import type { Catalogue, ObservationChange, Places } from '../interfaces.ts';
import type { ObservationStore, Revision } from '../observations/observations.ts';
import { periodText } from '../periods.ts';
import { sectorOfRule } from './rule-store.ts';
import { revisionsTitle, revisionTitle } from './rule-words.ts';
import type { Rules } from './rules.ts';

/** Figures that people have seen, and that a later delivery changes by much. */
export interface RevisionWatch {
  /** Resolves when what came by now is looked at. */
  settled(): Promise<void>;
  close(): Promise<void>;
}
export type RevisionRule = Extract<SectorRule, { kind: 'revision' }>;

/** What stood for less is a slip of the sender, put right at once. */
const STOOD_MS = 3_600_000;
/** Cells of one delivery that are looked at; one that changes more is told of by these. */
const MOST_CELLS = 200;
/** Events of one rule and delivery; a delivery that changes more is one event. */
export const MOST_SINGLE = 5;
/** A change that is worth telling. */
interface Change {
  readonly indicator: Indicator;
  readonly before: Revision;
  readonly revised: Revision;
  readonly percent: number;
}

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
    const watched = new Map<string, RevisionRule[]>();
    for (const rule of rules.list()) {
      if (rule.kind !== 'revision' || !rule.enabled || catalogue.sector(sectorOfRule(rule))?.enabled !== true) continue;
      watched.set(rule.indicator, [...(watched.get(rule.indicator) ?? []), rule]);
    }
    const found = new Map<RevisionRule, Change[]>();
    let left = MOST_CELLS;
    for (const { indicator: code, areaCode, period } of change.cells) {
      const mine = watched.get(code);
      const indicator = catalogue.indicator(code);
      if (mine === undefined || indicator === undefined || left === 0) continue;
      left -= 1;
      const said = await observations.revisions({ indicator: code, areaCode, periodStartMs: period.startMs });
      const most = said
        .filter(({ newest, batchId }) => newest && batchId === change.batchId)
        .flatMap((revised) => changeTo(revised, said))
        .toSorted((a, b) => Math.abs(b.percent) - Math.abs(a.percent))[0];
      if (most === undefined) continue;
      for (const rule of mine) {
        if (Math.abs(most.percent) < rule.percent) continue;
        found.set(rule, [...(found.get(rule) ?? []), { ...most, indicator }]);
      }
    }
    for (const [rule, changes] of found) {
      if (changes.length > MOST_SINGLE) await tellTogether(rule, changes, change.batchId);
      else for (const one of changes) await tell(rule, one);
    }
  }

  /** What it says of each, and how far it went where that is for everybody. */
  function titleOf({ indicator, before, revised, percent }: Change) {
    const { areaCode, period, value } = revised;
    const areaName = areaCode === places.rootArea() ? null : (places.area(areaCode)?.name ?? areaCode);
    const about = { indicator, period: periodText(indicator.cadence, period, places.timeZone), areaName, percent };
    return revisionTitle({ ...about, shown: isShown(indicator) ? { before: before.value, now: value } : null });
  }

  async function tell(rule: RevisionRule, change: Change): Promise<void> {
    const { indicator, revised } = change;
    const { areaCode, period, unitId, value } = revised;
    await events.open({
      ...{ key: `revision:${rule.id}:${areaCode}:${period.startMs}`, sector: indicator.sector },
      ...{ type: rule.raises ?? 'rule.revision', title: titleOf(change), certainty: 'observed' },
      ...{
        occurredMs: revised.receivedMs,
        areaCode,
        unitId,
        indicator: indicator.code,
        value: isShown(indicator) ? value : null,
      },
      source: { kind: 'rule', id: rule.id },
    });
  }

  /** Of a corrected year there is one event, not one for each day. */
  async function tellTogether(rule: RevisionRule, changes: readonly Change[], batchId: string): Promise<void> {
    const [first] = changes;
    if (first === undefined) return;
    const { indicator, revised } = first;
    const units = new Set(changes.map((one) => one.revised.unitId));
    await events.open({
      ...{
        key: `revision:${rule.id}:batch:${batchId}`,
        sector: indicator.sector,
        type: rule.raises ?? 'rule.revision',
      },
      ...{ title: revisionsTitle(indicator.name, changes.length), certainty: 'observed' },
      detail: changes.map((one) => titleOf(one).vi).join('\n'),
      ...{ occurredMs: revised.receivedMs, unitId: units.size === 1 ? revised.unitId : null },
      ...{ indicator: indicator.code, value: changes.length, source: { kind: 'rule', id: rule.id } },
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

function isShown({ confidentiality }: Indicator): boolean {
  return confidentiality !== 'restricted';
}

/** From what stood in the same cell for a while; none where nothing did, or nothing was said. What was taken back never stood. */
export function changeTo(revised: Revision, said: readonly Revision[]): readonly Omit<Change, 'indicator'>[] {
  const dims = JSON.stringify(revised.dims);
  const former = said
    .filter(
      ({ revision, unitId, undone, ...one }) =>
        !undone && revision < revised.revision && unitId === revised.unitId && JSON.stringify(one.dims) === dims,
    )
    .toSorted((a, b) => b.revision - a.revision);
  // Steps that follow each other quickly are one change of what was there before them.
  const before = former.find((one, at) => (former[at - 1] ?? revised).receivedMs - one.receivedMs >= STOOD_MS);
  const percent = before === undefined ? null : changeOf(before.value, revised.value);
  return before === undefined || percent === null ? [] : [{ before, revised, percent }];
}

/** In percent of what stood before; `null` where one of them says nothing. */
function changeOf(before: number | null, now: number | null): number | null {
  if (before === null || now === null || before === now) return null;
  return before === 0 ? Math.sign(now) * Number.POSITIVE_INFINITY : ((now - before) / Math.abs(before)) * 100;
}
