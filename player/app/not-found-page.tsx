import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export default function NotFoundPage() {
  const { t } = useTranslation('app');
  return <Title order={1}>{t('page.notFound')}</Title>;
}
