import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import classes from './banner.module.css';
import { useSession } from './session.tsx';

/** Marks a demo as one on every page; an administrator ends it here. */
export function DemoBanner() {
  const { t } = useTranslation('app');
  const { view, can } = useSession();
  const api = useApi();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = useAction({
    run: () => api.demo.remove(),
    done: t('demo.removed'),
    async after() {
      setAsking(false);
      await queryClient.invalidateQueries({ queryKey: queryKeys.session });
      await queryClient.invalidateQueries({ queryKey: queryKeys.cameras });
    },
  });
  if (!view.demo) return null;
  return (
    <div className={classes.demo}>
      <strong>{t('demo.banner')}</strong>
      <span className={classes.hint}>{t('demo.hint')}</span>
      {can('system.manage') && (
        <Button size="compact-xs" variant="default" onClick={() => setAsking(true)}>
          {t('demo.remove')}
        </Button>
      )}
      <ConfirmDialog
        opened={asking}
        title={t('demo.removeTitle')}
        action={t('demo.remove')}
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
        onClose={() => setAsking(false)}
      >
        {t('demo.removeText')}
      </ConfirmDialog>
    </div>
  );
}
