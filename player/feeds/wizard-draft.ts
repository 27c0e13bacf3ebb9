import { type Grant, ROLE_PERMISSIONS } from '#contracts/access';
import type { FEED_FORMATS, FEED_WAYS, FeedDraft, FeedView, Mapping } from '#contracts/feeds';
import type { AreaView, UnitView } from '#contracts/places';
import type { Indicator } from '#contracts/sectors';
import { NO_MAPPING } from './mapping.ts';

/** What somebody says on the way through the wizard. */
export interface WizardDraft {
  readonly name: string;
  readonly sector: string | null;
  readonly ownerUnitId: string | null;
  readonly way: Exclude<(typeof FEED_WAYS)[number], 'builtin'>;
  readonly format: (typeof FEED_FORMATS)[number];
  readonly carries: 'observations' | 'events';
  readonly url: string;
  readonly schedule: string;
  readonly secret: string;
  readonly prefix: string;
  readonly username: string;
  readonly sample: string;
  readonly mapping: Mapping;
  readonly indicators: readonly string[];
  /** For which areas they must come; `null`: as is usual for the owner. */
  readonly reach: Reach | null;
  /** Of `chosen`. */
  readonly areaCodes: readonly string[];
  /** Who answers for the values of a commune. */
  readonly answers: 'owner' | 'commune';
}

/** `province` is one figure for all of it; `own` is the area of the owner. */
export const REACHES = ['province', 'own', 'all', 'chosen'] as const;
export type Reach = (typeof REACHES)[number];

const WAYS = ['push', 'upload', 'manual', 'pull', 'mqtt'] as const;
/** By these the server itself connects to somewhere: only whoever has the whole sector says where. */
const CONNECTING: readonly (typeof WAYS)[number][] = ['pull', 'mqtt'];

/** Ways that somebody with these grants may set up for the sector, as the server decides it; `null`: for any. */
export function waysFor(
  grants: readonly Grant[],
  sector: string | null,
  carries: WizardDraft['carries'],
): readonly (typeof WAYS)[number][] {
  const whole = grants.some(
    ({ role, scope }) =>
      ROLE_PERMISSIONS[role].includes('feed.manage') &&
      (scope.kind === 'all' || (scope.kind === 'sector' && (sector === null || scope.sector === sector))),
  );
  return WAYS.filter((way) => (whole || !CONNECTING.includes(way)) && (carries === 'observations' || way !== 'manual'));
}

export function emptyDraft(sector: string | null): WizardDraft {
  return {
    ...{ name: '', sector, ownerUnitId: null, way: 'push', format: 'json', carries: 'observations' },
    ...{ url: '', schedule: '*/15 * * * *', secret: '', prefix: '', username: '', sample: '' },
    ...{ mapping: NO_MAPPING, indicators: [], answers: 'owner', reach: null, areaCodes: [] },
  };
}

export function draftFrom(feed: FeedView, areas: readonly AreaView[]): WizardDraft {
  const communes = communesOf(areas);
  const areaCodes = [...new Set(feed.obliged.flatMap(({ cells }) => cells.map(({ areaCode }) => areaCode)))];
  const all = communes.length > 0 && communes.every(({ code }) => areaCodes.includes(code));
  const reach = feed.obliged.length === 0 ? null : areaCodes.length === 0 ? 'province' : all ? 'all' : 'chosen';
  return {
    ...emptyDraft(feed.sector),
    ownerUnitId: feed.ownerUnitId,
    way: feed.way === 'builtin' ? 'push' : feed.way,
    format: feed.format,
    carries: feed.carries,
    url: feed.pull?.url ?? feed.mqtt?.url ?? '',
    schedule: feed.pull?.schedule ?? '*/15 * * * *',
    prefix: feed.mqtt?.prefix ?? '',
    username: feed.mqtt?.username ?? '',
    mapping: feed.mapping,
    indicators: feed.obliged.map(({ indicator }) => indicator),
    reach,
    areaCodes: reach === 'chosen' ? areaCodes : [],
    answers: feed.obliged.some(({ cells }) => cells.some(({ unitId }) => unitId !== null)) ? 'commune' : 'owner',
  };
}

/** Which formats go with a way, the usual one first. */
export function formatsFor(way: WizardDraft['way']): readonly WizardDraft['format'][] {
  switch (way) {
    case 'upload':
      return ['csv', 'json', 'ndjson'];
    case 'pull':
      return ['json', 'csv', 'feed', 'open311', 'cap'];
    case 'manual':
    case 'mqtt':
      return ['json'];
    case 'push':
      return ['json', 'ndjson', 'csv'];
  }
}

/** These formats say by themselves what their parts are. */
export function mapsItself({ way, format }: Pick<WizardDraft, 'way' | 'format'>): boolean {
  return way === 'manual' || format === 'feed' || format === 'open311' || format === 'cap';
}

export function communesOf(areas: readonly AreaView[]): readonly AreaView[] {
  return areas.filter(({ level, validToMs }) => level === 'commune' && validToMs === null);
}

/** The commune that the owner is of; `null` for a department of the whole province. */
export function ownAreaOf(
  { ownerUnitId }: Pick<WizardDraft, 'ownerUnitId'>,
  areas: readonly AreaView[],
  units: readonly UnitView[],
): AreaView | null {
  const areaCode = units.find(({ id }) => id === ownerUnitId)?.areaCode ?? null;
  return communesOf(areas).find(({ code }) => code === areaCode) ?? null;
}

/** A commune is asked for itself alone: else it would be blamed for all the others. */
export function reachOf({ reach }: Pick<WizardDraft, 'reach'>, own: AreaView | null): Reach {
  const usual = own === null ? 'all' : 'own';
  return reach === null || (reach === 'own' && own === null) ? usual : reach;
}

/** With `chosen` and no area, the whole province would be sent. */
export function saysAreas({ reach, areaCodes, indicators }: WizardDraft): boolean {
  return reach !== 'chosen' || areaCodes.length > 0 || indicators.length === 0;
}

export function obligedOf(
  draft: WizardDraft,
  indicators: readonly Indicator[],
  areas: readonly AreaView[],
  units: readonly UnitView[],
): NonNullable<FeedDraft['obliged']> {
  if (draft.carries === 'events') return [];
  const communes = communesOf(areas);
  const own = ownAreaOf(draft, areas, units);
  const reached: Readonly<Record<Reach, readonly AreaView[]>> = {
    province: [],
    own: own === null ? [] : [own],
    all: communes,
    chosen: communes.filter(({ code }) => draft.areaCodes.includes(code)),
  };
  const asked = reached[reachOf(draft, own)];
  const unitOf = new Map(
    units.flatMap(({ id, kind, areaCode }) => (kind === 'commune' && areaCode !== null ? [[areaCode, id]] : [])),
  );
  return draft.indicators.map((code) => ({
    indicator: code,
    cells:
      indicators.find((one) => one.code === code)?.level === 'province'
        ? []
        : asked.map((area) => ({
            areaCode: area.code,
            unitId: draft.answers === 'commune' ? (unitOf.get(area.code) ?? null) : null,
          })),
  }));
}

/**
 * What a feed owes after its form was filled in. What it owed stays as it was unless where or who was changed: cells may
 * say more than a form that asks once for all indicators.
 */
export function obligedAfter(
  feed: FeedView,
  draft: WizardDraft,
  indicators: readonly Indicator[],
  areas: readonly AreaView[],
  units: readonly UnitView[],
): NonNullable<FeedDraft['obliged']> {
  const asked = obligedOf(draft, indicators, areas, units);
  const before = draftFrom(feed, areas);
  const isSame =
    draft.reach === before.reach &&
    draft.answers === before.answers &&
    draft.areaCodes.length === before.areaCodes.length &&
    draft.areaCodes.every((code) => before.areaCodes.includes(code));
  if (!isSame) return asked;
  return asked.map((one) => feed.obliged.find(({ indicator }) => indicator === one.indicator) ?? one);
}

export function feedOf(
  draft: WizardDraft,
  indicators: readonly Indicator[],
  areas: readonly AreaView[],
  units: readonly UnitView[],
): FeedDraft {
  return {
    name: draft.name.trim(),
    sector: draft.sector ?? '',
    ownerUnitId: draft.ownerUnitId ?? '',
    way: draft.way,
    format: draft.format,
    carries: draft.carries,
    mapping: draft.mapping,
    obliged: obligedOf(draft, indicators, areas, units),
    pull:
      draft.way === 'pull'
        ? {
            url: draft.url.trim(),
            schedule: draft.schedule.trim(),
            ...(draft.secret === '' ? {} : { secret: draft.secret }),
          }
        : null,
    mqtt:
      draft.way === 'mqtt'
        ? {
            url: draft.url.trim(),
            prefix: draft.prefix.trim(),
            username: draft.username.trim(),
            ...(draft.secret === '' ? {} : { password: draft.secret }),
          }
        : null,
  };
}
