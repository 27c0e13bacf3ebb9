import { describe, expect, it } from 'vitest';
import { RULE_KINDS, type RuleDraft, ruleSchema } from '#contracts/rules';
import { starterArea, starterLine } from '../drawing/shapes.ts';
import { faultsOf, formOf, newRule, newRuleId, type RuleForm, ruleOf, shapesOf } from './rule-form.ts';

const drawn: Partial<RuleForm> = { area: starterArea(0), line: starterLine(0), way: starterLine(1) };

describe('a rule in the editor', () => {
  it.each(RULE_KINDS)('of the kind %s is taken by the server once it is drawn, and comes back as it was', (kind) => {
    const begun = newRule(kind, newRuleId(), ' Cổng chính ');
    expect(Object.keys(faultsOf(begun)).sort()).toEqual([...shapesOf(begun)].sort());
    for (const wholePicture of [begun.wholePicture, false]) {
      const form = { ...begun, ...drawn, wholePicture, leastScore: 35, leastHeight: 12.5 };
      expect(faultsOf(form)).toEqual({});
      const rule = ruleOf(form);
      expect(ruleSchema.parse(rule)).toEqual(rule);
      expect(rule).toMatchObject({ name: 'Cổng chính', leastScore: 0.35, leastHeight: 0.125 });
      expect(ruleOf(formOf(rule))).toEqual(rule);
    }
  });

  it('keeps hours that go on after midnight as one row, and says when they lack something', () => {
    const form = newRule('presence', 'a', 'Ban đêm');
    const night = { key: 0, days: [5, 6], from: '22:00', to: '05:00' };
    const rule = ruleOf({ ...form, hours: [night] });
    expect(rule.hours).toHaveLength(2);
    expect(formOf(rule).hours).toEqual([night]);
    expect(faultsOf({ ...form, hours: [{ ...night, days: [] }] })).toEqual({ hours: 'hoursIncomplete' });
  });

  it.each<[Partial<RuleForm>, object, RuleDraft['kind']]>([
    [{ name: '  ' }, { name: 'nameNeeded' }, 'presence'],
    [{ forSeconds: 7 }, { forSeconds: 'outOfRange' }, 'stopped'],
    [{ forSeconds: '' }, { forSeconds: 'outOfRange' }, 'loitering'],
    [{ atLeast: 2.5 }, { atLeast: 'outOfRange' }, 'crowd'],
    [{ share: 0 }, { share: 'outOfRange' }, 'motion'],
    [{ leastScore: 101 }, { leastScore: 'outOfRange' }, 'zone'],
    [{ receivers: [] }, { receivers: 'noReceivers' }, 'zone'],
    [{ receivers: [], alert: false }, {}, 'zone'],
    [{ line: [starterLine(0)[0] ?? [0, 0], starterLine(0)[0] ?? [0, 0]] }, { line: 'samePoint' }, 'line'],
    [{ area: starterArea(0).toSpliced(1, 2, [0.56, 0.56], [0.56, 0.36]) }, { area: 'crosses' }, 'zone'],
    [
      {
        area: [
          [0.5, 0.5],
          [0.51, 0.5],
          [0.5, 0.51],
        ],
      },
      { area: 'tooSmall' },
      'zone',
    ],
  ])('with %o has the faults %o', (part, faults, kind) => {
    const form: RuleForm = { ...newRule(kind, 'a', 'x'), ...drawn, ...part };
    expect(faultsOf(form)).toEqual(faults);
    // Nobody told is allowed by the server; the rest it would refuse as well.
    const refused = Object.values(faults).some((fault) => fault !== 'noReceivers');
    expect(ruleSchema.safeParse(ruleOf(form)).success).toBe(!refused);
  });
});
