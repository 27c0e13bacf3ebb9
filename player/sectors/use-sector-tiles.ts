import { useMemo } from 'react';
import type { Indicator, SectorTile, SectorView } from '#contracts/sectors';
import { useIndicators, useSectors, useTiles } from '../api/sector-queries.ts';
import { useSession } from '../app/session.tsx';

export interface TileRow {
  readonly sector: SectorView;
  readonly tile: SectorTile | undefined;
  readonly headline: Indicator | undefined;
}

/** The sectors that are in use, in their order, each with its tile. */
export function useSectorTiles() {
  const may = useSession().can('sector.read');
  const sectors = useSectors(may);
  const tiles = useTiles(may);
  const indicators = useIndicators(may);
  const rows = useMemo<readonly TileRow[] | undefined>(() => {
    if (sectors.data === undefined || tiles.data === undefined || indicators.data === undefined) return undefined;
    const tileOf = new Map(tiles.data.map((tile) => [tile.sector, tile]));
    const known = new Map(indicators.data.map((indicator) => [indicator.code, indicator]));
    return sectors.data
      .filter(({ enabled, key }) => enabled && tileOf.has(key))
      .toSorted((a, b) => a.position - b.position)
      .map((sector) => {
        const tile = tileOf.get(sector.key);
        return { sector, tile, headline: known.get(tile?.headline?.indicator ?? sector.headline ?? '') };
      });
  }, [sectors.data, tiles.data, indicators.data]);
  const error = sectors.error ?? tiles.error ?? indicators.error;
  return {
    rows,
    error,
    retry: () => {
      void sectors.refetch();
      void tiles.refetch();
      void indicators.refetch();
    },
  };
}
