import { expect, it } from 'vitest';
import { readinessOf } from './readiness.ts';

it('reads what it understands and shows the rest as it is', () => {
  expect(readinessOf({ ready: true, parts: { database: 'ok', intake: { state: 'late' } } })).toEqual({
    ready: true,
    parts: [
      { name: 'database', state: 'ok' },
      { name: 'intake', state: '{"state":"late"}' },
    ],
  });
  expect(readinessOf({ ready: false, reason: 'starting' })).toEqual({
    ready: false,
    parts: [{ name: 'reason', state: 'starting' }],
  });
});

it('takes nothing for not ready', () => {
  for (const body of [undefined, null, '<html>', []]) expect(readinessOf(body).ready).toBe(false);
});
