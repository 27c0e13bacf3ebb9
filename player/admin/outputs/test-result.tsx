import { useTranslation } from 'react-i18next';
import type { OutputTest } from '#contracts/outputs';
import { Notice } from '../../ui/notice.tsx';

/** What became of a test message; why it failed stands there in the words of the other side. */
export function TestResult({ told }: { told: OutputTest }) {
  const { t } = useTranslation('admin');
  if (told.ok) return <Notice kind="good" title={t('outputs.testGood', { ms: told.elapsedMs })} />;
  return (
    <Notice kind="bad" title={t('outputs.testBad')}>
      <code style={{ overflowWrap: 'anywhere' }}>{told.detail}</code>
    </Notice>
  );
}
