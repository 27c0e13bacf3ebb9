import { expect, it } from 'vitest';
import type { Severity, TamnhinEvent } from '#contracts/events';
import { EVERYTHING, passes } from './event-filter.ts';

const event = (severity: Severity, cameraId: string | null): TamnhinEvent => ({
  sequence: 1,
  id: 'e1',
  type: 'vn.tamnhin.system.started',
  timeMs: 0,
  severity,
  cameraId,
  data: { version: '1' },
});

it('lets everything through at first', () => expect(passes(event('unknown', null), EVERYTHING)).toBe(true));

it('takes the chosen severity and what is worse', () => {
  const filter = { ...EVERYTHING, atLeast: 'severe' } as const;
  expect(passes(event('moderate', 'c1'), filter)).toBe(false);
  expect(passes(event('severe', 'c1'), filter)).toBe(true);
  expect(passes(event('extreme', 'c1'), filter)).toBe(true);
});

it('takes only the chosen camera', () => {
  const filter = { ...EVERYTHING, cameraId: 'c1' };
  expect(passes(event('minor', 'c1'), filter)).toBe(true);
  expect(passes(event('minor', 'c2'), filter)).toBe(false);
  expect(passes(event('minor', null), filter)).toBe(false);
});
