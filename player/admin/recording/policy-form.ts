import type { RecordingPolicy } from '#contracts/recordings';
import { areComplete, type HoursRow, hoursOf, rowsOf } from '../hours/hours-rows.ts';

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
  return mode !== 'schedule' || areComplete(hours);
}
