import type { TFunction } from 'i18next';
import type { FailingRow } from '#contracts/quality';
import type { SectorEventStep } from '#contracts/sector-events';
import { ageOf } from '../ui/age.ts';
import { numberText } from './figure-words.ts';
import type { codesVi } from './text/codes-vi.ts';

/** What the program wrote down for programs to read, in words for people. What has no words here stays as it came. */

type T = TFunction<['sectors', 'app']>;
type Codes = typeof codesVi;

const ENDED: Readonly<Record<string, 'quietDay' | 'takenBack' | 'senderOver'>> = {
  '24 h': 'quietDay',
  'the delivery was taken back': 'takenBack',
  'its sender says that it is over': 'senderOver',
};
const CAUSES: readonly (keyof Codes['step']['causes'])[] = [
  ...(['cleared', 'delivered', 'rule', 'answered', 'closed', 'withdrawn', 'alert', 'regrouped'] as const),
  ...(['source', 'sector', 'given', 'accepted'] as const),
];
const REPORT_STATES: readonly (keyof Codes['step']['reportStates'])[] = [
  ...(['received', 'verified', 'rejected', 'assigned', 'inProgress', 'answered', 'closed', 'duplicate'] as const),
];
const SEVERITIES = ['unknown', 'minor', 'moderate', 'severe', 'extreme'] as const;
const REASONS = ['nothing', 'notMeasured', 'notYet', 'withheld', 'other'] as const;

/** Of a step that a person took, their own words; the incident of `joined` is a link and no text. */
export function stepText({ by, kind, text }: SectorEventStep, t: T): string {
  if (kind === 'joined') return '';
  if (by !== null) return text;
  if (text === 'overdue') return t('step.overdue');
  const ended = ENDED[text];
  if (ended !== undefined) return t(`step.${ended}`);
  const [head = '', first = '', second = ''] = text.split(':');
  if (head === 'severity') return t('step.severity', { from: severity(first, t), to: severity(second, t) });
  if (head === 'cause') return t(`step.causes.${CAUSES.find((one) => one === first) ?? 'other'}`);
  const report = /^#(\d+)(?:: (\w+))?$/.exec(text);
  if (report === null) return text;
  const [, number = '', said] = report;
  const state = REPORT_STATES.find((one) => one === said);
  return state === undefined
    ? t('step.reportOnly', { number })
    : t('step.report', { number, state: t(`step.reportStates.${state}`) });
}

function severity(code: string, t: T): string {
  const known = SEVERITIES.find((one) => one === code);
  return known === undefined ? code : t(`app:severities.${known}`);
}

/** What is known of a row that counted against a score, each part with what it is. */
export function failureParts({ detail }: Pick<FailingRow, 'detail'>, t: T, locale: string): readonly string[] {
  return Object.entries(detail).flatMap(([name, value]) => {
    const text = typeof value === 'number' ? numberText(value, Number.isInteger(value) ? 0 : 2, locale) : value;
    switch (name) {
      case 'code':
        return [t(`rowCodes.${String(value)}` as 'rowCodes.future', { defaultValue: text })];
      case 'reason': {
        const reason = REASONS.find((one) => one === value);
        return [reason === undefined ? text : t(`reasons.${reason}`)];
      }
      case 'seconds':
        return [typeof value === 'number' ? duration(value, t) : text];
      case 'identity':
        return [t('failure.identity', { key: text })];
      // The value of the row itself, which stands beside it.
      case 'from':
        return [];
      case 'to':
        return [t('failure.revised', { value: text })];
      case 'off':
      case 'sum':
      case 'z':
      case 'percent':
        return [t(`failure.${name}`, { value: text })];
      default:
        return [text];
    }
  });
}

function duration(seconds: number, t: T): string {
  const { unit, count } = ageOf(seconds * 1000);
  return unit === 'now' ? t('failure.seconds', { count: seconds }) : t(`app:age.${unit}`, { count });
}
