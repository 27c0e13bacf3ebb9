import type { TFunction } from 'i18next';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hours, PolicyTarget, RecordingPolicy, RecordingTrigger } from '#contracts/recordings';
import { useCameras } from '../../api/queries.ts';
import { localeOf } from '../../ui/locale.ts';
import { rowsOf } from '../hours/hours-rows.ts';
import { useGroupTree } from '../use-group-tree.ts';

type Words = TFunction<['admin', 'app']>;
/** From Monday; the texts are named by them. */
export const DAYS = ['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6'] as const;

/** A policy in a sentence: what is recorded, when, and for how long it is kept. */
export function policyWords(policy: RecordingPolicy, t: Words, language: string): string {
  const { mode, retention, preRollSeconds: before, postRollSeconds: after } = policy;
  const streams = t(`recording.say.streams.${policy.streams}`);
  const hours = policy.hours.length === 0 ? t('recording.say.noHours') : hoursWords(policy.hours, t);
  const around = triggerWords(policy.triggers, t);
  const what = t(`recording.say.${mode}`, { streams, before, after, hours, around });
  const number = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 2 });
  const days = number.format(retention.days);
  if (mode === 'off') return t('recording.say.keepOld', { what, days });
  if (retention.gigabytes === null) return t('recording.say.keep', { what, days });
  return t('recording.say.keepBoth', { what, days, gigabytes: number.format(retention.gigabytes) });
}

/** The texts are named by it. */
export function keyOfTrigger(trigger: RecordingTrigger) {
  return TRIGGER_KEYS[trigger];
}

const TRIGGER_KEYS = {
  'vn.tamnhin.picture.black': 'black',
  'vn.tamnhin.picture.frozen': 'frozen',
  'vn.tamnhin.picture.covered': 'covered',
  'vn.tamnhin.picture.blurred': 'blurred',
  'vn.tamnhin.picture.turned': 'turned',
  'vn.tamnhin.detection.zone': 'zone',
  'vn.tamnhin.detection.loitering': 'loitering',
  'vn.tamnhin.detection.line': 'line',
  'vn.tamnhin.detection.crowd': 'crowd',
  'vn.tamnhin.detection.stopped': 'stopped',
  'vn.tamnhin.detection.wrongWay': 'wrongWay',
  'vn.tamnhin.detection.abandoned': 'abandoned',
  'vn.tamnhin.detection.presence': 'presence',
  'vn.tamnhin.detection.motion': 'motion',
  'vn.tamnhin.detection.cameraSignal': 'cameraSignal',
} as const satisfies Readonly<Record<RecordingTrigger, string>>;

function triggerWords(triggers: RecordingPolicy['triggers'], t: Words): string {
  if (triggers === 'all') return t('recording.say.anyEvent');
  if (triggers.length === 0) return t('recording.say.noEvent');
  const names = triggers.map((one) => t(`recording.triggerNames.${keyOfTrigger(one)}`).toLowerCase());
  return t('recording.say.events', { names: names.join(', ') });
}

function hoursWords(hours: readonly Hours[], t: Words): string {
  return rowsOf(hours)
    .map(({ days, from, to }) => `${daysWords(days, t)} ${spanWords(from, to, t)}`)
    .join(', ');
}

function spanWords(from: string, to: string, t: Words): string {
  const isMidnight = to === '00:00';
  if (isMidnight && from === '00:00') return t('recording.allDay');
  const span = `${from}–${isMidnight ? '24:00' : to}`;
  return isMidnight || from < to ? span : t('recording.nextDay', { span });
}

/** Days that follow each other as a span: "T2–T6, CN". */
function daysWords(days: readonly number[], t: Words): string {
  if (new Set(days).size === 7) return t('recording.everyDay');
  const spans: { first: number; last: number }[] = [];
  for (const day of [...new Set(days)].sort((a, b) => a - b)) {
    const span = spans.at(-1);
    if (span !== undefined && span.last === day - 1) span.last = day;
    else spans.push({ first: day, last: day });
  }
  const name = (day: number): string => t(`recording.days.${DAYS[day] ?? 'd0'}`);
  return spans
    .map(({ first, last }) => {
      if (first === last) return name(first);
      return last === first + 1 ? `${name(first)}, ${name(last)}` : `${name(first)}–${name(last)}`;
    })
    .join(', ');
}

export function usePolicyWords(): (policy: RecordingPolicy) => string {
  const { t, i18n } = useTranslation(['admin', 'app']);
  return useCallback((policy) => policyWords(policy, t, i18n.language), [t, i18n.language]);
}

/** What a policy is for; `null` is the configuration of the server. */
export function useTargetWords(): (target: PolicyTarget | null) => string {
  const { t } = useTranslation(['admin', 'app']);
  const groups = useGroupTree();
  const cameras = useCameras();
  const paths = useMemo(() => new Map(groups.map(({ group, path }) => [group.id, path])), [groups]);
  const names = useMemo(() => new Map(cameras.data?.map(({ id, name }) => [id, name])), [cameras.data]);
  return useCallback(
    (target) => {
      const gone = t('recording.targets.gone');
      switch (target?.kind) {
        case undefined:
          return t('recording.byConfiguration');
        case 'all':
          return t('recording.targets.all');
        case 'class':
          return t('recording.targets.classOf', { name: t(`classes.${target.class}`) });
        case 'group':
          return t('recording.targets.groupOf', { name: paths.get(target.groupId) ?? gone });
        case 'camera':
          return t('recording.targets.cameraOf', { name: names.get(target.cameraId) ?? gone });
      }
    },
    [t, paths, names],
  );
}

/** One text for a target: equal for equal targets. */
export function keyOfTarget(target: PolicyTarget | null): string {
  switch (target?.kind) {
    case undefined:
      return 'configuration';
    case 'all':
      return 'all';
    case 'class':
      return `class ${target.class}`;
    case 'group':
      return `group ${target.groupId}`;
    case 'camera':
      return `camera ${target.cameraId}`;
  }
}
