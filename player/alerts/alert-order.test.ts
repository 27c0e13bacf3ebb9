import { describe, expect, it } from 'vitest';
import type { AlertView } from '#contracts/alerts';
import { calledRoles } from '#contracts/escalation';
import { alertOf } from './alert.fixture.ts';
import {
  byClosing,
  byUrgency,
  callOf,
  clockText,
  concerns,
  heldOrder,
  OPEN_ALERTS,
  passes,
  untilEscalation,
  worstByCamera,
} from './alert-order.ts';

const numbers = (alerts: readonly AlertView[]): number[] => alerts.map(({ number }) => number);
const OWNER = { id: 'u1', name: 'Lê Thị Hoa' };

describe('the order of the list', () => {
  it('is the severity, then whose time runs out first, then what nobody waits for, the newest first', () => {
    const list = [
      alertOf(1, { severity: 'minor', escalatesMs: 10 }),
      alertOf(2, { severity: 'severe', escalatesMs: 900 }),
      alertOf(3, { severity: 'severe', escalatesMs: 100 }),
      alertOf(4, { severity: 'severe', escalatesMs: null, state: 'claimed', owner: OWNER }),
      alertOf(5, { severity: 'severe', escalatesMs: null, state: 'claimed', owner: OWNER }),
      alertOf(6, { severity: 'extreme', escalatesMs: null }),
    ];
    expect(numbers([...list].sort(byUrgency))).toEqual([6, 3, 2, 5, 4, 1]);
  });

  it('is the time of closing for closed ones', () => {
    const list = [alertOf(1, { closedMs: 5 }), alertOf(2, { closedMs: 9 }), alertOf(3, { closedMs: 9 })];
    expect(numbers([...list].sort(byClosing))).toEqual([3, 2, 1]);
  });
});

describe('the filter', () => {
  const passing = (alert: AlertView, more: Partial<typeof OPEN_ALERTS>): boolean =>
    passes(alert, { ...OPEN_ALERTS, ...more }, 'u1');

  it('parts new, mine, open and closed', () => {
    const mine = alertOf(1, { state: 'dispatched', owner: OWNER });
    const theirs = alertOf(2, { state: 'claimed', owner: { id: 'u2', name: 'B' } });
    const closed = alertOf(3, { state: 'closed', owner: OWNER });
    expect([mine, theirs, closed].map((alert) => passing(alert, {}))).toEqual([true, true, false]);
    expect([mine, theirs, closed].map((alert) => passing(alert, { which: 'mine' }))).toEqual([true, false, false]);
    expect([mine, theirs, closed].map((alert) => passing(alert, { which: 'closed' }))).toEqual([false, false, true]);
    expect([mine, alertOf(4)].map((alert) => passing(alert, { which: 'new' }))).toEqual([false, true]);
  });

  it('takes a severity and everything above it, and one camera', () => {
    expect(passing(alertOf(1, { severity: 'moderate' }), { atLeast: 'severe' })).toBe(false);
    expect(passing(alertOf(1, { severity: 'extreme' }), { atLeast: 'severe' })).toBe(true);
    expect(passing(alertOf(1), { cameraId: 'other' })).toBe(false);
  });
});

describe('a list in which somebody is busy', () => {
  const all = (...alerts: AlertView[]): ReadonlyMap<string, AlertView> =>
    new Map(alerts.map((alert) => [alert.id, alert]));

  it('keeps its rows where they are: a worse one waits, one that was closed stays', () => {
    const [one, two] = [alertOf(1), alertOf(2, { state: 'closed', version: 4 })];
    const worse = alertOf(3, { severity: 'extreme' });
    const { shown, waiting } = heldOrder(['a1', 'a2'], [worse, one], all(one, two, worse));
    expect(numbers(shown)).toEqual([1, 2]);
    expect(shown[1]?.state).toBe('closed');
    expect(waiting).toBe(1);
  });

  it('lets go of what is not there any more', () => {
    expect(heldOrder(['a1', 'a9'], [alertOf(1)], all(alertOf(1))).shown).toHaveLength(1);
  });
});

it('tells the time that is left, and that there is none', () => {
  expect(untilEscalation(alertOf(1, { escalatesMs: 5000 }), 2000)).toBe(3000);
  expect(untilEscalation(alertOf(1, { escalatesMs: null }), 2000)).toBeNull();
  expect([42_000, 41_100, 725_000, 3_723_000, -5].map(clockText)).toEqual(['0:42', '0:42', '12:05', '1:02:03', '0:00']);
});

describe('the call', () => {
  it('is for what is new or went up, once, and for nothing that somebody has', () => {
    expect(callOf(undefined, alertOf(1))).toBe('opened');
    expect(callOf(undefined, alertOf(1, { level: 'shiftLead' }))).toBe('escalated');
    expect(callOf(alertOf(1), alertOf(1))).toBeNull();
    expect(callOf(alertOf(1), alertOf(1, { version: 2, count: 2 }))).toBeNull();
    expect(callOf(alertOf(1), alertOf(1, { version: 2, level: 'shiftLead' }))).toBe('escalated');
    expect(callOf(alertOf(1), alertOf(1, { version: 2, state: 'claimed', owner: OWNER }))).toBeNull();
  });

  it('is heard again for what was given back', () => {
    expect(callOf(alertOf(1, { version: 2, state: 'claimed' }), alertOf(1, { version: 3 }))).toBe('opened');
    expect(callOf(alertOf(1, { version: 2, state: 'dispatched' }), alertOf(1, { version: 3 }))).toBe('opened');
    expect(callOf(alertOf(1, { version: 4, state: 'claimed' }), alertOf(1, { version: 3 }))).toBeNull();
  });

  it('is heard each time that the last level is told again, and not for what is merged into it there', () => {
    const told = alertOf(1, { level: 'dutyOfficer', escalatesMs: 5000 });
    expect(callOf(told, { ...told, version: 2, escalatesMs: 9000 })).toBe('escalated');
    expect(callOf(told, { ...told, version: 3, escalatesMs: 9000, count: 2 })).toBe('escalated');
    expect(callOf(told, { ...told, version: 2, count: 2 })).toBeNull();
    expect(callOf(told, { ...told, version: 2, count: 2, severity: 'extreme', escalatesMs: 4000 })).toBeNull();
    const below = alertOf(1, { level: 'shiftLead', escalatesMs: 5000 });
    expect(callOf(below, { ...below, version: 2, escalatesMs: 9000 })).toBeNull();
  });

  it('is for the roles that are told', () => {
    expect(concerns(alertOf(1), ['police', 'leader'])).toBe(true);
    expect(concerns(alertOf(1), ['leader'])).toBe(false);
  });

  it('reaches one role more with each level, and leaves out none that was called before', () => {
    expect(calledRoles(alertOf(1))).toEqual(['operator', 'police']);
    expect(calledRoles(alertOf(1, { level: 'shiftLead' }))).toEqual(['operator', 'police', 'shift_lead']);
    expect(calledRoles(alertOf(1, { level: 'dutyOfficer' }))).toEqual(['operator', 'police', 'shift_lead', 'leader']);
    expect(calledRoles(alertOf(1, { level: 'shiftLead', receivers: ['shift_lead'] }))).toEqual(['shift_lead']);
    expect(concerns(alertOf(1, { level: 'shiftLead' }), ['shift_lead'])).toBe(true);
    expect(concerns(alertOf(1, { level: 'shiftLead' }), ['leader'])).toBe(false);
    expect(concerns(alertOf(1, { level: 'dutyOfficer' }), ['leader'])).toBe(true);
  });
});

it('marks a camera by its worst open alert', () => {
  const worst = worstByCamera([
    alertOf(1, { severity: 'minor' }),
    alertOf(2, { severity: 'severe' }),
    alertOf(3, { severity: 'extreme', state: 'closed' }),
    alertOf(4, { severity: 'extreme', cameraId: 'cam-2', state: 'closed' }),
  ]);
  expect([...worst]).toEqual([['cam-1', 'severe']]);
});
