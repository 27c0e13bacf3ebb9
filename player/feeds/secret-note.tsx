import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyField } from '../ui/copy-field.tsx';
import { Notice } from '../ui/notice.tsx';

/** The token of a feed, this one time, with a line that their programmer can try at once. */
export function SecretNote({ feedId, secret }: { feedId: string; secret: string }) {
  const { t } = useTranslation('feeds');
  const address = `${location.origin}/api/feeds/${encodeURIComponent(feedId)}/batches`;
  return (
    <Stack gap="md">
      <Notice kind="warn" title={t('secretOnce')}>
        {t('secretOnceHint')}
      </Notice>
      <CopyField label={t('secret')} value={secret} description="Authorization: Bearer …" />
      <CopyField label={t('pushAddress')} value={address} />
      <CopyField
        label={t('tryLine')}
        description={t('tryLineHint')}
        value={`curl -X POST '${address}?dryRun=true' -H 'Authorization: Bearer ${secret}' -H 'Content-Type: application/json' --data @data.json`}
      />
    </Stack>
  );
}
