import type { OwnFacts } from './sectors/connectors/connector.ts';
import type { VisitorCounts } from './statistics/visitor-sites.ts';

/** How many people our cameras count at places that people come to: for `config/sectors/du_lich.json`. */
export function createVisitorFacts({ byArea }: Pick<VisitorCounts, 'byArea'>): OwnFacts {
  return {
    'du_lich.nguoi_tai_diem': async () => byArea().map(({ areaCode, inside }) => ({ areaCode, value: inside })),
    'du_lich.suc_chua': async () => byArea().map(({ areaCode, capacity }) => ({ areaCode, value: capacity })),
  };
}
