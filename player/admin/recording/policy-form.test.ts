import { describe, expect, it } from 'vitest';
import { type Hours, type RecordingPolicy, recordingPolicySchema } from '#contracts/recordings';
import { type HoursRow, newRow } from '../hours/hours-rows.ts';
import { formOf, isComplete, policyOf } from './policy-form.ts';

const policy = (more: Partial<RecordingPolicy> = {}): RecordingPolicy =>
  recordingPolicySchema.parse({ mode: 'schedule', streams: 'main', retention: { days: 30 }, ...more });
const row = (from: string, to: string, days = [0, 6]): HoursRow => ({ key: 0, days, from, to });
const hoursFrom = (one: HoursRow): Hours[] => policyOf({ ...formOf(policy()), hours: [one] }, policy()).hours;

describe('the form of a policy', () => {
  it('gives back what it was given, and what it does not know', () => {
    const hours = [
      { days: [0, 1], fromMinute: 480, toMinute: 1020 },
      { days: [5], fromMinute: 0, toMinute: 1440 },
      { days: [4, 6], fromMinute: 1320, toMinute: 1440 },
      { days: [5, 0], fromMinute: 0, toMinute: 360 },
    ];
    const given = { ...policy({ hours, retention: { days: 0.5, gigabytes: 20 } }), later: 1 };
    const form = formOf(given);
    expect(form.hours.map(({ from, to }) => `${from}-${to}`)).toEqual(['08:00-17:00', '00:00-00:00', '22:00-06:00']);
    expect(policyOf(form, given)).toEqual({
      ...given,
      hours: hours.map((one) => ({ ...one, days: [...one.days].sort() })),
    });
  });

  it.each([
    [row('08:00', '17:30'), [{ days: [0, 6], fromMinute: 480, toMinute: 1050 }]],
    [row('00:00', '00:00'), [{ days: [0, 6], fromMinute: 0, toMinute: 1440 }]],
    [row('18:00', '00:00'), [{ days: [0, 6], fromMinute: 1080, toMinute: 1440 }]],
    [
      row('22:00', '06:00'),
      [
        { days: [0, 6], fromMinute: 1320, toMinute: 1440 },
        { days: [0, 1], fromMinute: 0, toMinute: 360 },
      ],
    ],
    [
      row('08:00', '08:00', [2]),
      [
        { days: [2], fromMinute: 480, toMinute: 1440 },
        { days: [3], fromMinute: 0, toMinute: 480 },
      ],
    ],
  ])('understands %j as people mean it, in a way that the server takes', (typed, hours) => {
    expect(hoursFrom(typed)).toEqual(hours);
    expect(recordingPolicySchema.safeParse(policy({ hours })).success).toBe(true);
  });

  it('is complete with numbers and days, and needs no hours', () => {
    const form = formOf(policy());
    expect(isComplete(form)).toBe(true);
    expect(isComplete({ ...form, days: '' })).toBe(false);
    expect(isComplete({ ...form, gigabytes: '' })).toBe(true);
    expect(isComplete({ ...form, hours: [{ ...newRow([]), days: [] }] })).toBe(false);
    expect(isComplete({ ...form, mode: 'event', triggers: [] })).toBe(false);
    expect(isComplete({ ...form, mode: 'off', hours: [{ ...newRow([]), days: [] }] })).toBe(true);
    expect(newRow([newRow([])]).key).toBe(1);
  });
});
