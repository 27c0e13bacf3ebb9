import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

type Taken = 'value' | 'onChange' | 'decimalSeparator' | 'thousandSeparator' | 'allowedDecimalSeparators';

/**
 * A number with the comma or point of the person's language; `null` while nothing, or half a number, is typed. Both are
 * taken for what parts decimals, as number keys of either kind are: thousands are not grouped, so that 45.5 is never 455.
 */
export function NumberField(
  props: Omit<NumberInputProps, Taken> & { value: number | null; onChange: (value: number | null) => void },
) {
  const { value, onChange, ...rest } = props;
  const { i18n } = useTranslation();
  return (
    <NumberInput
      decimalSeparator={i18n.language === 'en' ? '.' : ','}
      allowedDecimalSeparators={['.', ',']}
      {...rest}
      value={value ?? ''}
      onChange={(typed) => {
        const number = typeof typed === 'number' ? typed : Number.parseFloat(typed);
        onChange(Number.isFinite(number) ? number : null);
      }}
    />
  );
}
