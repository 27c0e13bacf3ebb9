import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export function SearchField(props: { label: string; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation('app');
  return (
    <TextInput
      type="search"
      aria-label={props.label}
      placeholder={props.label}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        props.value === '' ? null : (
          <CloseButton size="sm" aria-label={t('common.clear')} onClick={() => props.onChange('')} />
        )
      }
    />
  );
}
