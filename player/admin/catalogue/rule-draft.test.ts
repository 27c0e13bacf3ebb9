import { expect, it } from 'vitest';
import { type SectorRule, sectorRuleSchema } from '#contracts/sector-events';
import { missingInRule, newRule, RULE_KINDS, sectorOf } from './rule-draft.ts';

const ABOUT = { sector: 'y_te', indicator: 'y_te.cong_suat' };
const named = (rule: SectorRule): SectorRule => ({ ...rule, name: { vi: 'Một', en: 'One' } });

it.each(RULE_KINDS)('a new %s rule is as the server keeps it, once it is named', (kind) => {
  const rule = named(newRule(kind, ABOUT));
  expect(missingInRule(newRule(kind, ABOUT))).toBe('name');
  expect(sectorRuleSchema.parse(rule)).toEqual(rule);
  expect(sectorOf(rule)).toBe('y_te');
});

it('wants a limit, and the critical one further out', () => {
  const rule = named(newRule('threshold', ABOUT));
  const limits = (part: object): SectorRule => ({ ...rule, ...part }) as SectorRule;
  expect(missingInRule(rule)).toBe('limits');
  expect(missingInRule(limits({ warn: 90 }))).toBeNull();
  expect(missingInRule(limits({ warn: 90, critical: 80 }))).toBe('order');
  expect(missingInRule(limits({ warn: 90, critical: 80, side: 'below' }))).toBeNull();
});

it('is about something', () => {
  expect(missingInRule(named(newRule('absence', { sector: 'y_te', indicator: '' })))).toBe('about');
  expect(missingInRule(named(newRule('correlation', { sector: '', indicator: '' })))).toBe('about');
});
