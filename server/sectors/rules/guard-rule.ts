import { Fault } from '#base/errors';
import type { SectorRule } from '#contracts/sector-events';
import type { Catalogue } from '../interfaces.ts';
import { sectorOfRule, sectorsOfRule } from './rule-store.ts';

/** Would the rule miss it, were it removed? A type is named as `sector.type`. */
export function needs(rule: SectorRule, kind: 'sector' | 'eventType' | 'indicator', key: string): boolean {
  const types = rule.kind === 'correlation' ? rule.types : [];
  if (kind === 'sector') return sectorOfRule(rule) === key || types.some((type) => type.startsWith(`${key}.`));
  if (kind === 'eventType') return types.includes(key) || `${sectorOfRule(rule)}.${rule.raises}` === key;
  return rule.kind !== 'correlation' && rule.indicator === key;
}

/** Throws `Fault` `invalid` where the rule is about nothing that there is, or would raise what its sector does not know. */
export function guardRule(rule: SectorRule, catalogue: Pick<Catalogue, 'indicator' | 'sector'>): void {
  const invalid = (path: string, code: string, message: string): Fault =>
    new Fault('invalid', code, message, { fields: [{ path, code, message }] });
  if (rule.kind !== 'correlation' && catalogue.indicator(rule.indicator) === undefined) {
    throw invalid('indicator', 'indicator.unknown', 'there is no such indicator');
  }
  const sector = catalogue.sector(sectorOfRule(rule));
  const areThere = sectorsOfRule(rule).every((key) => catalogue.sector(key) !== undefined);
  if (sector === undefined || !areThere) throw invalid('types', 'sector.unknown', 'there is no such sector');
  if (rule.raises !== null && !sector.eventTypes.some(({ key }) => key === rule.raises)) {
    throw invalid('raises', 'sectorEvent.unknownType', 'this sector has no such type of event');
  }
}
