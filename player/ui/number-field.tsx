import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

type Taken = 'value' | 'onChange' | 'decimalSeparator' | 'allowedDecimalSeparators';

/** A number as the person's language writes it; `null` while nothing, or half a number, is typed. */
export function NumberField(
  props: Omit<NumberInputProps, Taken> & { value: number | null; onChange: (value: number | null) => void },
) {
  const { value, onChange, ...rest } = props;
  const { i18n } = useTranslation();
  const english = i18n.language === 'en';
  return (
    <NumberInput
      decimalSeparator={english ? '.' : ','}
      thousandSeparator={english ? ',' : '.'}
      // The other one groups thousands: it must not be taken for the one that parts decimals.
      allowedDecimalSeparators={[english ? '.' : ',']}
      {...rest}
      value={value ?? ''}
      onChange={(typed) => {
        const number = typeof typed === 'number' ? typed : Number.parseFloat(typed);
        onChange(Number.isFinite(number) ? number : null);
      }}
    />
  );
}
