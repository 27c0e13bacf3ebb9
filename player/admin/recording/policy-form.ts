import type { Hours, RecordingPolicy } from '#contracts/recordings';

/** A policy as it stands in a form. Pure. */
export interface PolicyForm {
  readonly mode: RecordingPolicy['mode'];
  readonly streams: RecordingPolicy['streams'];
  readonly hours: readonly HoursRow[];
  /** `all` takes in those that later versions know. */
  readonly triggers: RecordingPolicy['triggers'];
  /** As typed; empty while there is nothing. */
  readonly preRollSeconds: number | string;
  readonly postRollSeconds: number | string;
  readonly days: number | string;
  readonly gigabytes: number | string;
}

/** Hours as people say them: "22:00 to 06:00" goes on into the next day, and "00:00" as the end is midnight. */
export interface HoursRow {
  /** Only for this form. */
  readonly key: number;
  /** 0 is Monday. */
  readonly days: readonly number[];
  /** `HH:MM`. */
  readonly from: string;
  readonly to: string;
}

const MIDNIGHT = 1440;

export function formOf(policy: RecordingPolicy): PolicyForm {
  const { mode, streams, hours, triggers, preRollSeconds, postRollSeconds, retention } = policy;
  const { days, gigabytes } = retention;
  return {
    ...{ mode, streams, hours: rowsOf(hours), triggers, preRollSeconds, postRollSeconds, days },
    gigabytes: gigabytes ?? '',
  };
}

/** `base`: what the form knows nothing of stays as it was. */
export function policyOf(form: PolicyForm, base: RecordingPolicy): RecordingPolicy {
  return {
    ...base,
    mode: form.mode,
    streams: form.streams,
    hours: form.hours.flatMap(hoursOf),
    triggers: form.triggers,
    preRollSeconds: Number(form.preRollSeconds),
    postRollSeconds: Number(form.postRollSeconds),
    retention: { days: Number(form.days), gigabytes: form.gigabytes === '' ? null : Number(form.gigabytes) },
  };
}

/** Whether there is enough to be sent; what is wrong in it the server says. */
export function isComplete({ mode, hours, triggers, preRollSeconds, postRollSeconds, days }: PolicyForm): boolean {
  if (mode === 'event' && triggers !== 'all' && triggers.length === 0) return false;
  if (preRollSeconds === '' || postRollSeconds === '' || days === '') return false;
  return mode !== 'schedule' || hours.every((row) => row.days.length > 0 && row.from !== '' && row.to !== '');
}

/** From 8 to 17 on workdays: as good a first guess as any. */
export function newRow(rows: readonly HoursRow[]): HoursRow {
  const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
  return { key, days: [0, 1, 2, 3, 4], from: '08:00', to: '17:00' };
}

function hoursOf({ days, from, to }: HoursRow): Hours[] {
  const fromMinute = minuteOf(from);
  const toMinute = minuteOf(to) === 0 ? MIDNIGHT : minuteOf(to);
  const sorted = [...days].sort((a, b) => a - b);
  if (fromMinute < toMinute) return [{ days: sorted, fromMinute, toMinute }];
  const next = sorted.map((day) => (day + 1) % 7).sort((a, b) => a - b);
  return [
    { days: sorted, fromMinute, toMinute: MIDNIGHT },
    { days: next, fromMinute: 0, toMinute },
  ];
}

/** What goes on after midnight is one row again. */
export function rowsOf(hours: readonly Hours[]): HoursRow[] {
  const rows: HoursRow[] = [];
  for (let at = 0; at < hours.length; at += 1) {
    const one = hours[at];
    if (one === undefined) break;
    const next = hours[at + 1];
    const goesOn = next !== undefined && continues(one, next);
    if (goesOn) at += 1;
    const end = goesOn ? next.toMinute : one.toMinute;
    rows.push({ key: rows.length, days: one.days, from: timeOf(one.fromMinute), to: timeOf(end) });
  }
  return rows;
}

function continues(one: Hours, next: Hours): boolean {
  if (one.toMinute !== MIDNIGHT || next.fromMinute !== 0 || next.toMinute > one.fromMinute) return false;
  const days = one.days.map((day) => (day + 1) % 7);
  return days.length === next.days.length && days.every((day) => next.days.includes(day));
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function timeOf(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;
}
