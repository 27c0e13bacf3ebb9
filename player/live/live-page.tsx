import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export default function LivePage() {
  const { t } = useTranslation('live');
  return <Title order={1}>{t('title')}</Title>;
}
