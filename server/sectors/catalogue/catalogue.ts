import type { z } from 'zod';
import type { Database, Queries } from '#base/database';
import { Fault } from '#base/errors';
import { assertNewest } from '#base/newest';
import type {
  Identity,
  Indicator,
  IndicatorInput,
  newSectorSchema,
  SectorEventType,
  SectorView,
  sectorChangeSchema,
} from '#contracts/sectors';
import type { Catalogue } from '../interfaces.ts';
import { applySeeds } from './apply-seeds.ts';
import { type Entry, type EntryKind, readEntries, saveEntry } from './catalogue-store.ts';
import { faultsOf, faultsOfIndicator, usersOf } from './check-catalogue.ts';
import type { SectorSeed } from './seeds.ts';

/** Sectors and indicators, which administrators can change. Held in memory: everything asks for them. */
export interface EditableCatalogue extends Catalogue {
  createSector(input: z.output<typeof newSectorSchema>): Promise<SectorView>;
  /** Event types stay where none are given. Rejects with `conflict` when `input.version` is not the newest. */
  updateSector(key: string, input: z.output<typeof sectorChangeSchema>): Promise<SectorView>;
  /** Refused with `sector.inUse` while something is measured or delivered in it: such a one is switched off. */
  removeSector(key: string): Promise<SectorView>;
  /** Throws as `putIndicator` rejects, and changes nothing. */
  checkIndicator(code: string, input: IndicatorInput): void;
  /** Makes it where there is none; else as `updateSector`. */
  putIndicator(code: string, input: IndicatorInput): Promise<Indicator>;
  /** Refused with `indicator.inUse` while something is reckoned with it. Its values stay, and come back with it. */
  removeIndicator(code: string): Promise<Indicator>;
  /** Says what still needs a sector or an indicator, `null` where nothing does: asked before one is removed. */
  guardRemoval(guard: RemovalGuard): void;
}
export type RemovalGuard = (kind: 'sector' | 'indicator', key: string) => Promise<string | null>;

/** More is a mistake, not a province. */
const MOST_SECTORS = 100;
const MOST_INDICATORS = 2000;

export async function createCatalogue(options: {
  database: Database;
  seeds: readonly SectorSeed[];
  hasUnit: (unitId: string) => boolean;
}): Promise<EditableCatalogue> {
  const { database, hasUnit } = options;
  const listeners = new Set<(change: { sector: string }) => void>();
  const guards: RemovalGuard[] = [];
  await applySeeds(database, options.seeds);
  let now = await read(database);

  /** Writes in a transaction over what is newest there, and tells once it is kept. */
  async function change<T>(sector: string, work: (queries: Queries, content: Content) => Promise<T>): Promise<T> {
    const result = await database.transaction(async (queries) => work(queries, await read(queries)));
    now = await read(database);
    for (const listener of listeners) listener({ sector });
    return result;
  }

  function checkSector(key: string, input: z.output<typeof sectorChangeSchema>, { indicators }: Content): void {
    if (input.owningUnitId !== null && !hasUnit(input.owningUnitId)) {
      throw wrong('owningUnitId', 'sector.unknownUnit', 'there is no such unit');
    }
    const [fault] = faultsOf({ sectors: new Map([[key, input]]), indicators: new Map(), identities: [] })
      .filter((text) => text.includes('another sector'))
      .concat(
        [...(input.headline === null ? [] : [input.headline]), ...input.layout]
          .filter((code) => !indicators.has(code))
          .map((code) => `there is no indicator ${code}`),
      );
    if (fault !== undefined) throw wrong('layout', 'sector.unknownIndicator', fault);
    const types = input.eventTypes?.map((type) => type.key) ?? [];
    if (new Set(types).size < types.length)
      throw wrong('eventTypes', 'sector.typeTwice', 'an event type is there twice');
  }

  return {
    sectors: () => now.views,
    sector: (key) => now.views.find((view) => view.key === key),
    indicators: () => now.list,
    indicator: (code) => now.indicators.get(code),
    identities: (sector) => now.identities.get(sector) ?? [],
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    guardRemoval(guard) {
      guards.push(guard);
    },

    async createSector({ key, eventTypes = [], ...body }) {
      await change(key, async (queries, content) => {
        const old = content.entries.sector.get(key);
        if (old?.removed === false) throw taken('key', 'sector.keyTaken', 'there is a sector with this key');
        if (content.views.length >= MOST_SECTORS)
          throw new Fault('conflict', 'sector.tooMany', `at most ${MOST_SECTORS} sectors`);
        checkSector(key, { ...body, eventTypes }, content);
        await save(queries, 'sector', key, key, body, old, content.views.length);
        await replaceTypes(queries, key, eventTypes);
      });
      return known(key);
    },
    async updateSector(key, { eventTypes, version, ...body }) {
      await change(key, async (queries, content) => {
        const old = content.entries.sector.get(key);
        if (old === undefined || old.removed) throw unknownSector();
        assertNewest(version, old.version);
        checkSector(key, { ...body, eventTypes }, content);
        await save(queries, 'sector', key, key, body, old, old.position);
        if (eventTypes !== undefined) await replaceTypes(queries, key, eventTypes);
      });
      return known(key);
    },
    async removeSector(key) {
      const why = await needed('sector', key);
      if (why !== null) throw sectorInUse(why);
      return change(key, async (queries, content) => {
        const [old, view] = [content.entries.sector.get(key), content.views.find((one) => one.key === key)];
        if (old === undefined || view === undefined) throw unknownSector();
        const measured = content.list.filter(({ sector }) => sector === key).map(({ code }) => code);
        if (measured.length > 0) throw sectorInUse(measured.join(', '));
        await replaceTypes(queries, key, []);
        await saveEntry(queries, { ...old, removed: true, changed: true, version: old.version + 1 });
        return view;
      });
    },
    checkIndicator(code, input) {
      if (!now.views.some(({ key }) => key === sectorOf(code))) throw unknownSector();
      checkIndicator(code, input, now);
    },
    async putIndicator(code, { version, ...body }) {
      const sector = sectorOf(code);
      await change(sector, async (queries, content) => {
        if (!content.views.some(({ key }) => key === sector)) throw unknownSector();
        const old = content.entries.indicator.get(code);
        if (old?.removed === false) assertNewest(version, old.version);
        else if (content.list.length >= MOST_INDICATORS)
          throw new Fault('conflict', 'indicator.tooMany', `at most ${MOST_INDICATORS} indicators`);
        checkIndicator(code, body, content);
        await save(queries, 'indicator', code, sector, body, old, old?.position ?? content.list.length);
      });
      const saved = now.indicators.get(code);
      if (saved === undefined) throw unknownIndicator();
      return saved;
    },
    async removeIndicator(code) {
      const why = await needed('indicator', code);
      if (why !== null) throw inUse(why);
      return change(sectorOf(code), async (queries, content) => {
        const [old, view] = [content.entries.indicator.get(code), content.indicators.get(code)];
        if (old === undefined || view === undefined) throw unknownIndicator();
        const users = usersOf(code, content.indicators, [...content.identities.values()].flat());
        const shownBy = content.views.filter(({ headline }) => headline === code).map(({ key }) => key);
        if (users.length + shownBy.length > 0) throw inUse([...users, ...shownBy].join(', '));
        await saveEntry(queries, { ...old, removed: true, changed: true, version: old.version + 1 });
        for (const { key, layout } of content.views) {
          const entry = content.entries.sector.get(key);
          if (entry === undefined || !layout.includes(code)) continue;
          const left = { ...entry.body, layout: layout.filter((other) => other !== code) };
          await saveEntry(queries, { ...entry, body: left, changed: true, version: entry.version + 1 });
        }
        return view;
      });
    },
  };

  async function needed(kind: 'sector' | 'indicator', key: string): Promise<string | null> {
    for (const guard of guards) {
      const why = await guard(kind, key);
      if (why !== null) return why;
    }
    return null;
  }

  function known(key: string): SectorView {
    const view = now.views.find((one) => one.key === key);
    if (view === undefined) throw unknownSector();
    return view;
  }
}

interface Content {
  readonly views: readonly SectorView[];
  readonly list: readonly Indicator[];
  readonly indicators: ReadonlyMap<string, Indicator>;
  readonly identities: ReadonlyMap<string, readonly Identity[]>;
  readonly entries: {
    readonly sector: ReadonlyMap<string, Entry<'sector'>>;
    readonly indicator: ReadonlyMap<string, Entry<'indicator'>>;
  };
}

async function read(queries: Queries): Promise<Content> {
  const sectors = await readEntries(queries, 'sector');
  const indicators = await readEntries(queries, 'indicator');
  const types = bySector((await readEntries(queries, 'eventType')).filter(isThere));
  const identities = bySector((await readEntries(queries, 'identity')).filter(isThere));
  const views = sectors
    .filter(isThere)
    .map(({ key, body, version }): SectorView => ({ ...body, key, version, eventTypes: types.get(key) ?? [] }))
    .sort((a, b) => a.position - b.position);
  const list = indicators
    .filter(isThere)
    .map(({ key, sector, body, version }): Indicator => ({ ...body, code: key, sector, version }));
  return {
    ...{ views, list, identities },
    indicators: new Map(list.map((indicator) => [indicator.code, indicator])),
    entries: {
      sector: new Map(sectors.map((entry) => [entry.key, entry])),
      indicator: new Map(indicators.map((entry) => [entry.key, entry])),
    },
  };
}

function isThere({ removed }: { readonly removed: boolean }): boolean {
  return !removed;
}

function bySector<T>(
  entries: readonly { readonly sector: string; readonly body: T }[],
): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const { sector, body } of entries) found.set(sector, [...(found.get(sector) ?? []), body]);
  return found;
}

async function save<K extends 'sector' | 'indicator'>(
  queries: Queries,
  kind: K,
  key: string,
  sector: string,
  body: Entry<K>['body'],
  old: Entry<K> | undefined,
  position: number,
): Promise<void> {
  const version = (old?.version ?? 0) + 1;
  const entry = { kind, key, sector, position, body, seed: old?.seed ?? null, changed: true, removed: false, version };
  await saveEntry(queries, entry);
}

async function replaceTypes(queries: Queries, sector: string, types: readonly SectorEventType[]): Promise<void> {
  const kind: EntryKind = 'eventType';
  const old = new Map((await readEntries(queries, 'eventType')).map((entry) => [entry.key, entry]));
  for (const [position, body] of types.entries()) {
    const key = `${sector}.${body.key}`;
    const before = old.get(key);
    const same = before !== undefined && !before.removed && JSON.stringify(before.body) === JSON.stringify(body);
    const seed = before?.seed ?? null;
    const version = (before?.version ?? 0) + 1;
    const changed = !same || before.changed;
    await saveEntry(queries, { kind, key, sector, position, body, seed, changed, removed: false, version });
  }
  for (const entry of old.values()) {
    const stays = entry.sector !== sector || types.some(({ key }) => key === entry.body.key);
    if (!stays && !entry.removed) await saveEntry(queries, { ...entry, removed: true, changed: true });
  }
}

function checkIndicator(code: string, input: IndicatorInput, { indicators, identities }: Content): void {
  const next = new Map<string, IndicatorInput>(indicators).set(code, input);
  const [fault] = faultsOfIndicator(code, input, next);
  if (fault !== undefined) throw wrong('formula', 'indicator.badFormula', fault);
  // Those that are reckoned with it must still be.
  const users = usersOf(code, next, [...identities.values()].flat());
  const broken = faultsOf({ sectors: new Map(), indicators: next, identities: [...identities.values()].flat() }).find(
    (text) => users.some((user) => text.includes(user)),
  );
  if (broken !== undefined) throw wrong('cadence', 'indicator.breaksOthers', broken);
}

function sectorOf(code: string): string {
  return code.slice(0, code.indexOf('.'));
}

function wrong(path: string, code: string, message: string): Fault {
  return new Fault('invalid', code, message, { fields: [{ path, code, message }] });
}

function taken(path: string, code: string, message: string): Fault {
  return new Fault('conflict', code, message, { fields: [{ path, code, message }] });
}

export function unknownSector(): Fault {
  return new Fault('notFound', 'sector.unknown', 'there is no such sector');
}

export function unknownIndicator(): Fault {
  return new Fault('notFound', 'indicator.unknown', 'there is no such indicator');
}

function sectorInUse(why: string): Fault {
  return new Fault('conflict', 'sector.inUse', `the sector cannot be removed, it is used by: ${why}`);
}

function inUse(why: string): Fault {
  return new Fault('conflict', 'indicator.inUse', `the indicator cannot be removed, it is used by: ${why}`);
}
