import { useTranslation } from 'react-i18next';
import { type BatchCounts, ROW_VERDICTS } from '#contracts/feeds';

const COLOURS: Readonly<Record<string, string>> = {
  rejected: 'var(--tn-down)',
  quarantined: 'var(--tn-down)',
  repaired: 'var(--tn-warn)',
  duplicate: 'var(--tn-warn)',
};

/** "98 nhận, 3 đã sửa, 1 không nhận": what came of the rows, without what did not occur. */
export function CountsText({ counts }: { counts: BatchCounts }) {
  const { t } = useTranslation('feeds');
  return (
    <span>
      {t('batch.ofRows', { count: counts.received })}
      {ROW_VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => (
        <span key={verdict} style={{ color: COLOURS[verdict] }}>
          {' · '}
          {counts[verdict]} {t(`verdicts.${verdict}`)}
        </span>
      ))}
    </span>
  );
}
