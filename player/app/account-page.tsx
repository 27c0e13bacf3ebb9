import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export default function AccountPage() {
  const { t } = useTranslation('app');
  return <Title order={1}>{t('navigation.account')}</Title>;
}
