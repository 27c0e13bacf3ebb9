import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PublishKey } from '#contracts/http';
import { CopyField } from '../../ui/copy-field.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Where a device sends its picture to; the key is shown this one time. */
export function PublishKeyFields({ publishKey }: { publishKey: PublishKey }) {
  const { t } = useTranslation('admin');
  return (
    <Stack gap="md">
      <Notice kind="warn" title={t('publishKey.once')}>
        {t('publishKey.onceHint')}
      </Notice>
      <CopyField label={t('publishKey.server')} value={publishKey.server} />
      <CopyField label={t('publishKey.key')} value={publishKey.streamKey} />
    </Stack>
  );
}
