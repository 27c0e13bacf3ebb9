import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { EmptyState } from '../ui/empty-state.tsx';
import { startPath } from './navigation.ts';
import { useSession } from './session.tsx';

export default function NotFoundPage() {
  const { t } = useTranslation('app');
  const { view } = useSession();
  return (
    <EmptyState
      icon={IconMapOff}
      title={t('page.notFound')}
      actions={
        <Button component={Link} href={startPath(view.permissions)} variant="default">
          {t('page.toStart')}
        </Button>
      }
    >
      {t('page.notFoundHint')}
    </EmptyState>
  );
}
