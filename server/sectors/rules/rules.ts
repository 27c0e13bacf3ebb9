import { setImmediate as immediate } from 'node:timers/promises';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { SectorEventView, SectorRule } from '#contracts/sector-events';
import type { Figure, FigureBand, Indicator } from '#contracts/sectors';
import type { SectorEventDesk } from '../events/sector-events.ts';
import type { FigureService } from '../figures/figures.ts';
import type { Catalogue, Feeds, ObservationChange, Observations, Places } from '../interfaces.ts';
import { newestLate } from './absence.ts';
import { isOf } from './correlation.ts';
import { guardRule } from './guard-rule.ts';
import { keyOf } from './judge.ts';
import { judgeAbsence } from './judge-absence.ts';
import { judgeCorrelation } from './judge-correlation.ts';
import { CALM, createRuleStore, sectorOfRule, unknownRule } from './rule-store.ts';
import { thresholdTitle } from './rule-words.ts';
import { bandOf, isByItself, measureOf, periodsBefore, stepOf, type ThresholdRule, worst } from './threshold.ts';

/** What is watched for in the sectors. */
export interface Rules {
  list(): readonly SectorRule[];
  find(id: string): SectorRule | undefined;
  /**
   * Rejects with `invalid` where it is about nothing that there is, with `conflict` where `rule.version` is not the
   * newest. What it had raised ends, and is judged anew.
   */
  save(rule: SectorRule): Promise<SectorRule>;
  /** Rejects with `notFound`. */
  remove(id: string): Promise<void>;
  /** Which band a figure is in; `null` where no rule judges it, or nothing is known of what it is held against. */
  judge(figure: Figure): FigureBand | null;
  /** Resolves when what has changed by now is judged. */
  settled(): Promise<void>;
  /** What each rule says changed: figures have another band. */
  onJudged(listener: (change: { indicator: string; areaCode: string }) => void): () => void;
  begin(): void;
  close(): Promise<void>;
}

const SOON_MS = 100;
const LOOK_EVERY_MS = 10_000;
/** Time goes on also where nobody delivers anything: plans, periods, bases. */
const SWEEP_MS = 15 * 60_000;
/** Judged at a time: others want this thread too. */
const MOST_AT_ONCE = 200;
const MOST_RECENT = 2000;
const SEVERITY = { warn: 'moderate', critical: 'severe' } as const;

export async function createRules(options: {
  database: Database;
  clock: Clock;
  log: Logger;
  seeds: readonly SectorRule[];
  catalogue: Pick<Catalogue, 'indicator' | 'indicators' | 'sector' | 'isRestricted' | 'onChanged'>;
  places: Places;
  figures: Pick<FigureService, 'figure' | 'valuesOf'>;
  feeds: Pick<Feeds, 'feeds' | 'onSaved'>;
  observations: Pick<Observations, 'newest' | 'onChanged'>;
  events: SectorEventDesk;
}): Promise<Rules> {
  const { database, clock, catalogue, places, figures, feeds, observations, events } = options;
  const log = options.log.child({ part: 'rules' });
  const store = await createRuleStore(database, options.seeds, clock.now());
  const deps = { clock, catalogue, places, feeds, observations, events, states: store.states };
  const listeners = new Set<(change: { indicator: string; areaCode: string }) => void>();
  /** Areas that are to be judged, by threshold rule. */
  const waiting = new Map<string, Set<string>>();
  const absences = new Set<string>();
  /** Rules of sectors that are switched off: what they have said ends. */
  const over = new Set<string>();
  const placed: SectorEventView[] = [];
  /** The last thing that was judged, for figures that ask. */
  const judged = new Map<string, { startMs: number; band: FigureBand }>();
  let working: Promise<void> | undefined;
  let changes: Promise<unknown> = Promise.resolve();
  let cancelSoon: (() => void) | undefined;
  let stop = (): void => {};
  let closed = false;
  let [lookedMs, sweptMs] = [clock.now(), clock.now()];

  const stops = [
    observations.onChanged(changed),
    // What is owed, and whether anybody is to say more, changes when somebody sets feeds up: not with each delivery.
    feeds.onSaved(sweep),
    catalogue.onChanged(sweep),
    events.onTurned((event, now) => {
      if (now !== 'open' || event.place === null) return;
      placed.push(event);
      if (placed.length > MOST_RECENT) placed.shift();
      soon();
    }),
  ];

  function isOn(rule: SectorRule): boolean {
    return rule.enabled && catalogue.sector(sectorOfRule(rule))?.enabled === true;
  }

  /** Where a rule judges, of what has changed. */
  function subjectsOf(rule: ThresholdRule, areas: Iterable<string>): readonly string[] {
    const root = places.rootArea();
    return rule.level === 'province' ? [root] : [...areas].filter((code) => code !== root);
  }

  function changed({ cells }: ObservationChange): void {
    const areas = new Map<string, Set<string>>();
    for (const { indicator, areaCode } of cells) {
      const known = areas.get(indicator) ?? new Set<string>();
      areas.set(indicator, known.add(areaCode));
    }
    for (const rule of store.list()) {
      if (!isOn(rule) || rule.kind === 'correlation' || rule.kind === 'revision') continue;
      const touched = partsOf(rule.indicator, catalogue).flatMap((part) => [...(areas.get(part) ?? [])]);
      if (touched.length === 0) continue;
      if (rule.kind === 'absence') absences.add(rule.id);
      else want(rule, subjectsOf(rule, new Set(touched)));
    }
    soon();
  }

  function want(rule: ThresholdRule, subjects: readonly string[]): void {
    const known = waiting.get(rule.id) ?? new Set<string>();
    for (const subject of subjects) known.add(subject);
    if (known.size > 0) waiting.set(rule.id, known);
  }

  /** Everything that may have changed by time alone: what is not calm, and the province. */
  function sweep(): void {
    for (const rule of store.list()) {
      if (!isOn(rule)) {
        if (store.states.of(rule.id).length > 0) over.add(rule.id);
        continue;
      }
      if (rule.kind === 'absence') absences.add(rule.id);
      if (rule.kind !== 'threshold') continue;
      want(rule, [
        ...(rule.level === 'province' ? [places.rootArea()] : []),
        ...store.states.of(rule.id).map(([subject]) => subject),
      ]);
    }
    soon();
  }

  function soon(): void {
    if (closed) return;
    cancelSoon ??= clock.after(SOON_MS, () => {
      cancelSoon = undefined;
      void work();
    });
  }

  function isOpen(): boolean {
    return waiting.size > 0 || absences.size > 0 || over.size > 0 || placed.length > 0;
  }

  function work(): Promise<void> {
    working ??= judgeSome()
      .catch((error: unknown) => log.error({ err: error }, 'rules were not judged'))
      .finally(() => {
        working = undefined;
        if (isOpen()) soon();
      });
    return working;
  }

  async function judgeSome(): Promise<void> {
    for (const ruleId of [...over]) {
      over.delete(ruleId);
      await silence(ruleId, 'cause:sector');
    }
    let left = MOST_AT_ONCE;
    for (const [ruleId, subjects] of [...waiting]) {
      const rule = store.find(ruleId);
      for (const subject of [...subjects]) {
        if (left === 0 || closed) return;
        left -= 1;
        subjects.delete(subject);
        if (rule?.kind === 'threshold' && isOn(rule)) await attempt(rule, () => judgeThreshold(rule, subject));
        if (left % 20 === 0) await immediate();
      }
      if (subjects.size === 0) waiting.delete(ruleId);
    }
    for (const ruleId of [...absences]) {
      if (closed) return;
      absences.delete(ruleId);
      const rule = store.find(ruleId);
      if (rule?.kind === 'absence' && isOn(rule)) await attempt(rule, () => judgeAbsence(rule, deps));
      await immediate();
    }
    for (const event of placed.splice(0, MOST_AT_ONCE)) {
      for (const rule of store.list()) {
        if (rule.kind === 'correlation' && isOn(rule) && isOf(rule, event)) {
          await attempt(rule, () => judgeCorrelation(rule, event, deps));
        }
      }
    }
  }

  /** One rule that cannot be judged costs only itself. */
  async function attempt(rule: SectorRule, judge: () => Promise<void>): Promise<void> {
    try {
      await judge();
    } catch (error) {
      log.error({ reason: messageOf(error), rule: rule.id }, 'a rule could not be judged');
    }
  }

  // ---- thresholds ----------------------------------------------------------------------------------------------------

  async function judgeThreshold(rule: ThresholdRule, areaCode: string): Promise<void> {
    const indicator = catalogue.indicator(rule.indicator);
    if (indicator === undefined) return;
    const figure = await figures.figure(rule.indicator, areaCode);
    const key = keyOf(rule.id, areaCode);
    // What is too old to say anything holds what it said last, for as long as somebody is to say more.
    if (figure.state !== 'fresh') {
      if (store.states.get(rule.id, areaCode) === CALM || isDelivered(indicator)) return;
      await events.end(key, 'cause:source');
      await store.states.set(rule.id, areaCode, CALM);
      return;
    }
    const before = await figures.valuesOf(figure, periodsBefore(rule, indicator, figure.period, places.timeZone));
    const measure = measureOf(rule, figure, { indicator, before, zone: places.timeZone });
    if (measure === null || figure.value === null) return;
    const state = store.states.get(rule.id, areaCode);
    const next = stepOf(rule, state, measure, clock.now());
    judged.set(`${rule.id} ${areaCode}`, { startMs: figure.period.startMs, band: next.band });
    const root = areaCode === places.rootArea();
    const shown = indicator.confidentiality === 'restricted' ? null : figure.value;
    const title = thresholdTitle({
      ...{ rule, value: shown, measure, unit: indicator.unit, decimals: indicator.decimals },
      areaName: root ? null : (places.area(areaCode)?.name ?? areaCode),
    });
    // The event comes first: whoever is cut off in between says it again, which an event bears, and loses nothing.
    if (next.band === state.band) {
      if (next.band !== 'normal') await events.revalue(key, shown, title);
    } else if (next.band === 'normal') {
      await events.end(key, 'cause:cleared');
    } else if (state.band !== 'critical' || (await events.openOf(key)) !== undefined) {
      // What somebody closed while it was worse opens no other event by getting better.
      await events.open({
        ...{ key, sector: indicator.sector, type: rule.raises ?? 'rule.threshold', title, value: shown },
        ...{ severity: SEVERITY[next.band], certainty: 'observed', urgency: 'expected' },
        ...{ occurredMs: figure.phenomenonMs ?? clock.now(), areaCode, indicator: rule.indicator },
        ...{ source: { kind: 'rule', id: rule.id }, synthetic: figure.synthetic },
        // It ends when its cause is gone, not by the clock of its type.
        expiresMs: null,
      });
    }
    await store.states.set(rule.id, areaCode, next);
    if (next.band === state.band) return;
    for (const listener of listeners) listener({ indicator: rule.indicator, areaCode });
  }

  /** Somebody still has to deliver what it is reckoned of; else it would be told for ever. */
  function isDelivered({ code }: Indicator): boolean {
    const parts = new Set(partsOf(code, catalogue));
    return feeds.feeds().some(({ paused, obliged }) => !paused && obliged.some((one) => parts.has(one.indicator)));
  }

  function judge(figure: Figure): FigureBand | null {
    const indicator = catalogue.indicator(figure.indicator);
    if (indicator === undefined || figure.value === null) return null;
    const level = figure.areaCode === places.rootArea() ? 'province' : 'commune';
    const bands: FigureBand[] = [];
    for (const rule of store.list()) {
      if (rule.kind !== 'threshold' || !isOn(rule) || rule.indicator !== figure.indicator || rule.level !== level)
        continue;
      const last = judged.get(`${rule.id} ${figure.areaCode}`);
      if (last?.startMs === figure.period.startMs) {
        bands.push(last.band);
      } else if (isByItself(rule)) {
        const measure = measureOf(rule, figure, { indicator, before: new Map(), zone: places.timeZone });
        if (measure !== null) bands.push(bandOf(rule, 'normal', measure));
      }
    }
    return worst(bands);
  }

  // ---- the clock -----------------------------------------------------------------------------------------------------

  function look(): void {
    const nowMs = clock.now();
    for (const rule of store.list()) {
      if (!isOn(rule)) continue;
      if (rule.kind === 'threshold') {
        const due = store.states.of(rule.id).filter(([, { pending }]) => pending !== null);
        want(
          rule,
          due.map(([subject]) => subject),
        );
      } else if (rule.kind === 'absence') {
        const indicator = catalogue.indicator(rule.indicator);
        const late = indicator === undefined ? undefined : newestLate(indicator, nowMs, places);
        const before = indicator === undefined ? undefined : newestLate(indicator, lookedMs, places);
        if (late?.startMs !== before?.startMs) absences.add(rule.id);
      }
    }
    lookedMs = nowMs;
    if (nowMs - sweptMs >= SWEEP_MS) {
      sweptMs = nowMs;
      sweep();
    }
    if (isOpen()) soon();
  }

  /** Of two changes at once, the second is made from what the first has left, or refused. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = changes.then(change);
    changes = done.catch(() => {});
    return done;
  }

  /** What a rule said is no longer said. */
  async function silence(ruleId: string, why: string): Promise<void> {
    for (const [subject] of store.states.of(ruleId)) await events.end(keyOf(ruleId, subject), why);
    await store.states.forget(ruleId);
    for (const key of [...judged.keys()]) if (key.startsWith(`${ruleId} `)) judged.delete(key);
  }

  return {
    list: store.list,
    find: store.find,
    save: (given) =>
      inTurn(async () => {
        guardRule(given, catalogue);
        store.guardNewest(given.id, given.version);
        await silence(given.id, 'cause:rule');
        const rule = await store.save(given, clock.now());
        sweep();
        if (rule.kind === 'threshold' && rule.level === 'commune') {
          const communes = places.areas().filter(({ level }) => level === 'commune');
          want(
            rule,
            communes.map(({ code }) => code),
          );
        }
        return rule;
      }),
    remove: (id) =>
      inTurn(async () => {
        await silence(id, 'cause:rule');
        if (!(await store.remove(id, clock.now()))) throw unknownRule();
      }),
    judge,
    async settled() {
      await working;
      while (isOpen() && !closed) await work();
    },
    onJudged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    begin() {
      stop();
      stop = clock.every(LOOK_EVERY_MS, look);
      sweep();
    },
    async close() {
      closed = true;
      stop();
      cancelSoon?.();
      for (const each of stops) each();
      await working;
    },
  };
}

/** The indicator, and all that it is reckoned of. */
function partsOf(code: string, catalogue: Pick<Catalogue, 'indicator'>, depth = 0): readonly string[] {
  const formula = depth < 5 ? catalogue.indicator(code)?.formula : null;
  if (formula === null || formula === undefined) return [code];
  const parts = [...formula.numerator, ...formula.denominator].flatMap((term) =>
    partsOf(term.indicator, catalogue, depth + 1),
  );
  return [code, ...parts];
}
