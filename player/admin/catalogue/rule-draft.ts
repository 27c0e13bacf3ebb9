import type { SectorRule } from '#contracts/sector-events';
import { newRuleId } from '../rules/rule-form.ts';
import { isNamed } from './words-fields.tsx';

export const RULE_KINDS = ['threshold', 'absence', 'revision', 'correlation'] as const;

export function newRule(
  kind: SectorRule['kind'],
  { sector, indicator }: { readonly sector: string; readonly indicator: string },
): SectorRule {
  const common = { id: newRuleId(), name: { vi: '', en: '' }, enabled: true, raises: null };
  switch (kind) {
    case 'threshold':
      return {
        ...common,
        ...{ kind, indicator, level: 'province', basis: 'value', side: 'above', strict: false, warn: null },
        ...{ critical: null, clearBy: 0, forMinutes: 0, keepForMinutes: 0 },
      };
    case 'absence':
      return { ...common, kind, indicator, each: 'all', least: 1, periods: 1 };
    case 'revision':
      return { ...common, kind, indicator, percent: 20 };
    case 'correlation':
      return {
        ...common,
        ...{ kind, types: sector === '' ? [] : [`${sector}.*`], withinMinutes: 60, withinMetres: 500 },
        ...{ least: 3, leastTypes: 1 },
      };
  }
}

/** `null`: it can be sent. */
export function missingInRule(rule: SectorRule): 'name' | 'about' | 'limits' | 'order' | null {
  if (!isNamed(rule.name)) return 'name';
  if (rule.kind === 'correlation') return rule.types.length === 0 ? 'about' : null;
  if (rule.indicator === '') return 'about';
  if (rule.kind !== 'threshold') return null;
  const { warn, critical, side } = rule;
  if (warn === null && critical === null) return 'limits';
  if (warn === null || critical === null) return null;
  return side === 'below' ? (critical > warn ? 'order' : null) : critical < warn ? 'order' : null;
}

/** The sector that a rule tells of: its own types can be raised. */
export function sectorOf(rule: SectorRule): string {
  const name = rule.kind === 'correlation' ? (rule.types[0] ?? '') : rule.indicator;
  return name.split('.')[0] ?? '';
}
