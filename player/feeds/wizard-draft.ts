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
  /** Who answers for the values of a commune. */
  readonly answers: 'owner' | 'commune';
}

export const WAYS = ['push', 'upload', 'manual', 'pull', 'mqtt'] as const;

export function emptyDraft(sector: string | null): WizardDraft {
  return {
    ...{ name: '', sector, ownerUnitId: null, way: 'push', format: 'json', carries: 'observations' },
    ...{ url: '', schedule: '*/15 * * * *', secret: '', prefix: '', username: '', sample: '' },
    ...{ mapping: NO_MAPPING, indicators: [], answers: 'owner' },
  };
}

export function draftFrom(feed: FeedView): WizardDraft {
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

export function feedOf(
  draft: WizardDraft,
  indicators: readonly Indicator[],
  areas: readonly AreaView[],
  units: readonly UnitView[],
): FeedDraft {
  const communes = areas.filter(({ level, validToMs }) => level === 'commune' && validToMs === null);
  const unitOf = new Map(
    units.flatMap(({ id, kind, areaCode }) => (kind === 'commune' && areaCode !== null ? [[areaCode, id]] : [])),
  );
  const obliged = draft.indicators.map((code) => ({
    indicator: code,
    cells:
      indicators.find((one) => one.code === code)?.level === 'province'
        ? []
        : communes.map((area) => ({
            areaCode: area.code,
            unitId: draft.answers === 'commune' ? (unitOf.get(area.code) ?? null) : null,
          })),
  }));
  return {
    name: draft.name.trim(),
    sector: draft.sector ?? '',
    ownerUnitId: draft.ownerUnitId ?? '',
    way: draft.way,
    format: draft.format,
    carries: draft.carries,
    mapping: draft.mapping,
    obliged: draft.carries === 'events' ? [] : obliged,
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
