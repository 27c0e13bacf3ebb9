import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Notice } from '../ui/notice.tsx';
import { ApiError } from './error.ts';
import { useErrorWords } from './error-words.ts';

/** An error where it happened: what, what it means, what to do. */
export function ErrorNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation('faults');
  const words = useErrorWords();
  const { what, means, todo } = words(error);
  return (
    <Notice kind="bad" title={what}>
      {means} {todo}
      {error instanceof ApiError && error.kind === 'internal' && error.message !== '' && (
        <div>
          <code>{error.message}</code>
        </div>
      )}
      {retry !== undefined && (
        <Button size="compact-sm" variant="default" mt="xs" display="block" onClick={retry}>
          {t('retry')}
        </Button>
      )}
    </Notice>
  );
}
