import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useRetentionQuestions } from '../api/queries.ts';
import classes from './banner.module.css';
import { STORAGE_PATH } from './links.ts';
import { useSession } from './session.tsx';

/** Deleting old recordings waits for a word of an administrator, wherever that one is: leads to where it is given. */
export function RetentionBanner({ path }: { path: string }) {
  const { t } = useTranslation('app');
  const { can, user } = useSession();
  // Who manages a part alone would be refused.
  const everything = user.grants.some(({ scope }) => scope.kind === 'all');
  const questions = useRetentionQuestions(everything && can('system.manage'));
  const open = questions.data?.find(({ left }) => left === null);
  if (open === undefined || path === STORAGE_PATH) return null;
  const percent = Math.round((open.bytes * 100) / Math.max(1, open.ofBytes));
  return (
    <div className={classes.demo} role="status" data-banner="retention">
      <strong>{t('retention.waiting', { path: open.path, percent })}</strong>
      <Button component={Link} href={STORAGE_PATH} size="compact-xs" variant="default" className={classes.action ?? ''}>
        {t('retention.answer')}
      </Button>
    </div>
  );
}
