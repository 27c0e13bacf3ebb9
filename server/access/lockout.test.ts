import { expect, it } from 'vitest';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createLockout, type Lockout } from './lockout.ts';

/** How long `attempt` says to wait; 0 when it lets the attempt through (which then counts as a failure). */
function fail(lockout: Lockout, account: string, address: string): number {
  try {
    lockout.attempt(account, address);
    return 0;
  } catch (error) {
    expect(error).toMatchObject({ kind: 'tooMany', code: 'access.wait' });
    return (error as { retryAfterMs: number }).retryAfterMs;
  }
}

/** Fails `times` times, waiting as told; the waits that were asked for after each failure, in seconds. */
function waitsOf(times: number, attempt: (n: number) => number, clock: ReturnType<typeof createFakeClock>): number[] {
  const waits: number[] = [];
  for (let n = 0; n < times; n += 1) {
    let waited = 0;
    for (let waitMs = attempt(n); waitMs > 0; waitMs = attempt(n)) {
      waited += waitMs / 1000;
      clock.advance(waitMs);
    }
    waits.push(waited);
  }
  return waits;
}

it('lets five failures of an account pass, then doubles the wait up to five minutes, whatever the address', () => {
  const clock = createFakeClock();
  const lockout = createLockout(clock);
  expect(waitsOf(15, (n) => fail(lockout, 'lan', `10.0.0.${n}`), clock)).toEqual([
    0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300,
  ]);
  expect(fail(lockout, 'minh', '10.0.0.1')).toBe(0);
});

it('lets twenty failures of an address pass, then doubles up to a quarter of an hour, whatever the account', () => {
  const clock = createFakeClock();
  const lockout = createLockout(clock);
  const waits = waitsOf(32, (n) => fail(lockout, `user${n}`, '10.0.0.1'), clock);
  expect(waits.slice(0, 20).every((wait) => wait === 0)).toBe(true);
  expect(waits.slice(20)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  expect(fail(lockout, 'somebody', '10.0.0.2')).toBe(0);
});

it('counts attempts that run at the same time', () => {
  const lockout = createLockout(createFakeClock());
  const passed = Array.from({ length: 100 }, () => fail(lockout, 'lan', '10.0.0.1')).filter((wait) => wait === 0);
  expect(passed).toHaveLength(5);
});

it('starts the account afresh after a success, but not the address', () => {
  const clock = createFakeClock();
  const lockout = createLockout(clock);
  for (let n = 0; n < 19; n += 1) fail(lockout, `user${n}`, '10.0.0.1');
  for (let n = 0; n < 4; n += 1) fail(lockout, 'lan', '10.0.0.2');
  lockout.attempt('lan', '10.0.0.1').succeeded();
  expect([1, 2, 3, 4, 5].map(() => fail(lockout, 'lan', '10.0.0.3'))).toEqual([0, 0, 0, 0, 0]);
  expect(fail(lockout, 'minh', '10.0.0.1')).toBe(0);
  expect(fail(lockout, 'hoa', '10.0.0.1')).toBe(1000);
});

it('takes an attempt back without forgiving the ones before', () => {
  const lockout = createLockout(createFakeClock());
  for (let n = 0; n < 4; n += 1) fail(lockout, 'lan', '10.0.0.1');
  lockout.attempt('lan', '10.0.0.1').takeBack();
  expect(fail(lockout, 'lan', '10.0.0.1')).toBe(0);
  expect(fail(lockout, 'lan', '10.0.0.1')).toBe(1000);
});

it('forgets after an hour of quiet', () => {
  const clock = createFakeClock();
  const lockout = createLockout(clock);
  for (let n = 0; n < 5; n += 1) fail(lockout, 'lan', '10.0.0.1');
  clock.advance(3_600_000);
  expect([1, 2, 3, 4, 5].map(() => fail(lockout, 'lan', '10.0.0.1'))).toEqual([0, 0, 0, 0, 0]);
});
