import { setImmediate as breathe } from 'node:timers/promises';
import type { Clock } from '#base/clock';
import type { Scores } from '#contracts/quality';
import type { Figure, Indicator, SectorPage, SectorView } from '#contracts/sectors';
import { unknownSector } from '../catalogue/catalogue.ts';
import type { Catalogue, Places } from '../interfaces.ts';
import type { FigureService } from './figures.ts';

export interface PageQuery {
  readonly sector: string;
  readonly area?: string | undefined;
  readonly atMs?: number | undefined;
  /** May the person see what is restricted? */
  readonly restricted: boolean;
}

const CURVE = 60;

/** All that a sector shows, for an area, now or as it stood. */
export function createSectorPages(deps: {
  readonly figures: Pick<FigureService, 'figure' | 'curve'>;
  readonly catalogue: Pick<Catalogue, 'sector' | 'indicators'>;
  readonly places: Pick<Places, 'rootArea'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly scoresOf: (sector: string) => Scores;
}): (query: PageQuery) => Promise<SectorPage> {
  const { figures, catalogue, places, clock } = deps;
  return async ({ sector: key, area, atMs, restricted }) => {
    const sector = catalogue.sector(key);
    if (sector === undefined) throw unknownSector();
    const root = places.rootArea();
    const areaCode = area ?? root;
    const indicators = inOrder(sector, catalogue.indicators()).filter(
      (one) => (restricted || one.confidentiality !== 'restricted') && (one.level === 'commune' || areaCode === root),
    );
    const shown: Figure[] = [];
    const curves: Record<string, SectorPage['curves'][string]> = {};
    for (const { code } of indicators) {
      const figure = await figures.figure(code, areaCode, atMs);
      shown.push(figure);
      curves[code] = await figures.curve(figure, CURVE, atMs);
      // Live video waits for nobody's page.
      await breathe();
    }
    const nowMs = clock.now();
    return {
      ...{ sector, areaCode, indicators, figures: shown, curves, scores: deps.scoresOf(key) },
      atMs: Math.min(atMs ?? nowMs, nowMs),
    };
  };
}

/** The shown ones of a sector: as its layout says, then those that it leaves out. */
function inOrder({ key, layout }: SectorView, all: readonly Indicator[]): readonly Indicator[] {
  const place = new Map(layout.map((code, index) => [code, index]));
  return all
    .filter(({ sector, shown }) => sector === key && shown)
    .sort((a, b) => (place.get(a.code) ?? layout.length) - (place.get(b.code) ?? layout.length));
}
