import { expect, it } from 'vitest';
import { createFlowLimit, FLOW_LIMITS } from './flow-limit.ts';

it('counts what a delivery has grown to, whatever it said beforehand, until it is done', () => {
  const flow = createFlowLimit({ monotonic: () => 0 }, { ...FLOW_LIMITS, mostBytes: 100 });
  const first = flow.enter('a', 1);
  flow.enter('b', 50)();
  first.holds(80);
  first.holds(20);
  expect(() => flow.enter('b', 50)).toThrow(expect.objectContaining({ code: 'feed.busy' }));
  first();
  first.holds(500);
  expect(() => flow.enter('b', 50)).not.toThrow();
});
