import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Words } from '#contracts/places';
import { FieldRow } from './field-row.tsx';

/** A name, or a unit, in both languages. */
export function WordsFields(props: {
  value: Words;
  labels: readonly [vi: string, en: string];
  error?: string | undefined;
  autoFocus?: boolean;
  onChange: (words: Words) => void;
}) {
  const { value, onChange } = props;
  return (
    <FieldRow>
      <TextInput
        label={props.labels[0]}
        required
        maxLength={200}
        value={value.vi}
        error={props.error}
        data-autofocus={props.autoFocus === true ? true : undefined}
        onChange={(event) => onChange({ ...value, vi: event.currentTarget.value })}
      />
      <TextInput
        label={props.labels[1]}
        required
        maxLength={200}
        value={value.en}
        onChange={(event) => onChange({ ...value, en: event.currentTarget.value })}
      />
    </FieldRow>
  );
}

export function NameFields(props: { value: Words; autoFocus?: boolean; onChange: (words: Words) => void }) {
  const { t } = useTranslation('admin');
  return <WordsFields {...props} labels={[t('catalogue.nameVi'), t('catalogue.nameEn')]} />;
}

export function isNamed({ vi, en }: Words): boolean {
  return vi.trim() !== '' && en.trim() !== '';
}
