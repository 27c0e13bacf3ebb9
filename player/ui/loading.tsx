import { Center, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function Loading() {
  const { t } = useTranslation('app');
  return (
    <Center h="100%" mih="8rem" role="status">
      <Loader size="sm" type="dots" aria-label={t('page.loading')} />
    </Center>
  );
}
