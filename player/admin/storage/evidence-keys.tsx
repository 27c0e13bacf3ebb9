import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EvidenceKeyView } from '#contracts/recordings';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyField } from '../../ui/copy-field.tsx';
import { useDates } from '../../ui/dates.ts';
import { Panel } from '../../ui/page.tsx';
import { spacedKey } from '../../ui/spaced-key.ts';
import classes from '../cameras/choices.module.css';

/** The keys that recordings and exports are signed by: to be published, and renewed. */
export function EvidenceKeysPanel() {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const dates = useDates();
  const [asking, setAsking] = useState(false);
  const keys = useQuery({ queryKey: queryKeys.evidenceKeys, queryFn: ({ signal }) => api.exports.keys(signal) });
  const current = keys.data?.find(({ retiredMs }) => retiredMs === null);
  const retired = keys.data?.filter(({ retiredMs }) => retiredMs !== null) ?? [];
  const rotate = useAction({
    run: (key: EvidenceKeyView) => api.storage.rotateKey(key.id),
    done: t('storage.keys.rotated'),
  });
  return (
    <Panel title={t('storage.keys.title')}>
      <Stack gap="sm">
        <Text c="dimmed">{t('storage.keys.hint')}</Text>
        {keys.error !== null && <ErrorNotice error={keys.error} retry={() => void keys.refetch()} />}
        {current !== undefined && (
          <CopyField
            label={t('storage.keys.current', { id: spacedKey(current.id) })}
            value={current.publicKey}
            description={t('storage.keys.since', { time: dates.full(current.createdMs) })}
          />
        )}
        {retired.length > 0 && (
          <details className={classes.more}>
            <summary>{t('storage.keys.retired', { count: retired.length })}</summary>
            <Stack gap="sm">
              {retired.map((key) => (
                <CopyField
                  key={key.id}
                  label={t('storage.keys.retiredKey', { id: spacedKey(key.id) })}
                  value={key.publicKey}
                  description={t('storage.keys.retiredSpan', {
                    from: dates.full(key.createdMs),
                    to: dates.full(key.retiredMs ?? key.createdMs),
                  })}
                />
              ))}
            </Stack>
          </details>
        )}
        <Group>
          <Button variant="default" disabled={current === undefined} onClick={() => setAsking(true)}>
            {t('storage.keys.rotate')}
          </Button>
        </Group>
      </Stack>
      <ConfirmDialog
        opened={asking && current !== undefined}
        title={t('storage.keys.rotateTitle')}
        action={t('storage.keys.rotate')}
        busy={rotate.isPending}
        onConfirm={() =>
          current !== undefined &&
          rotate.mutate(current, {
            async onSettled() {
              setAsking(false);
              await queryClient.invalidateQueries({ queryKey: queryKeys.evidenceKeys });
            },
          })
        }
        onClose={() => setAsking(false)}
      >
        {t('storage.keys.rotateText')}
      </ConfirmDialog>
    </Panel>
  );
}
