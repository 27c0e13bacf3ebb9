import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PublishKey } from '#contracts/http';
import { phoneLink } from '../../app/links.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { QrCode } from '../../ui/qr-code.tsx';

/** Where a device sends its picture to; the key is shown this one time. */
export function PublishKeyFields({ publishKey }: { publishKey: PublishKey }) {
  const { t } = useTranslation('admin');
  return (
    <Stack gap="md">
      <Notice kind="warn" title={t('publishKey.once')}>
        {t('publishKey.onceHint')}
      </Notice>
      {publishKey.server === '' ? (
        <PhoneLink streamKey={publishKey.streamKey} />
      ) : (
        <>
          <CopyField label={t('publishKey.server')} value={publishKey.server} />
          <CopyField label={t('publishKey.key')} value={publishKey.streamKey} />
        </>
      )}
    </Stack>
  );
}

/** A phone reads it from the screen. */
function PhoneLink({ streamKey }: { streamKey: string }) {
  const { t } = useTranslation('admin');
  const link = phoneLink(streamKey);
  return (
    <>
      <QrCode text={link} label={t('publishKey.qr')} />
      <CopyField label={t('publishKey.link')} value={link} />
    </>
  );
}
