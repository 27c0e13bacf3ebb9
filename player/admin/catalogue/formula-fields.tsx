import { ActionIcon, Button, Fieldset, Group, Select, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Indicator, IndicatorInput, Terms } from '#contracts/sectors';
import { useIndicators, useSectors } from '../../api/sector-queries.ts';
import { useWords } from '../../sectors/texts.ts';
import { NumberField } from '../../ui/number-field.tsx';
import { optionsFilter } from '../../ui/options-filter.ts';
import { fits, withPart } from './indicator-draft.ts';

/** What a ratio is reckoned of: sums of delivered values above and below the line, times a scale. */
export function FormulaFields(props: { input: IndicatorInput; onChange: (input: IndicatorInput) => void }) {
  const { input, onChange } = props;
  const { t } = useTranslation('admin');
  const { formula } = input;
  if (formula === null) return null;
  return (
    <Fieldset legend={t('catalogue.formula.title')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('catalogue.formula.hint')}
        </Text>
        {(['numerator', 'denominator'] as const).map((side) => (
          <TermRows
            key={side}
            label={t(`catalogue.formula.${side}`)}
            terms={formula[side]}
            input={input}
            onChange={(terms, part) => onChange(withPart(input, { ...formula, [side]: terms }, part))}
          />
        ))}
        <NumberField
          label={t('catalogue.formula.scale')}
          description={t('catalogue.formula.scaleHint')}
          w="12rem"
          hideControls
          value={formula.scale}
          onChange={(scale) => onChange({ ...input, formula: { ...formula, scale: scale ?? 100 } })}
        />
      </Stack>
    </Fieldset>
  );
}

function TermRows(props: {
  label: string;
  terms: Terms;
  input: IndicatorInput;
  /** With the part that was just chosen. */
  onChange: (terms: Terms, part?: Indicator) => void;
}) {
  const { label, terms, input, onChange } = props;
  const { t } = useTranslation(['admin', 'app']);
  const words = useWords();
  const indicators = useIndicators();
  const sectors = useSectors();
  const first = [...(input.formula?.numerator ?? []), ...(input.formula?.denominator ?? [])].every(
    ({ indicator }) => indicator === '',
  );
  const parts = indicators.data?.filter(({ kind }) => kind !== 'ratio') ?? [];
  const data = (sectors.data ?? []).map(({ key, name }) => ({
    group: words(name),
    items: parts
      .filter(({ sector }) => sector === key)
      .map((part) => ({
        value: part.code,
        label: `${words(part.name)} · ${t(`catalogue.every.${part.cadence.every}`)}`,
        disabled: !first && !fits(part, input),
      })),
  }));
  // Two parts can be the same: only their place tells them apart.
  const numbered = terms.map((term, at) => ({ term, at }));
  const replace = (at: number, term: Terms[number]): Terms => terms.map((one, index) => (index === at ? term : one));
  return (
    <Stack gap={4} role="group" aria-label={label}>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      {numbered.map(({ term, at }) => (
        <Group key={at} gap="xs" wrap="nowrap">
          <NumberField
            aria-label={`${label}: ${t('catalogue.formula.factor')}`}
            w="5rem"
            hideControls
            leftSection="×"
            value={term.factor}
            onChange={(factor) => onChange(replace(at, { ...term, factor: factor ?? 1 }))}
          />
          <Select
            style={{ flex: 1 }}
            aria-label={`${label}: ${t('catalogue.formula.part')}`}
            placeholder={t('catalogue.formula.choose')}
            searchable
            limit={300}
            filter={optionsFilter}
            allowDeselect={false}
            data={data.filter(({ items }) => items.length > 0)}
            value={term.indicator === '' ? null : term.indicator}
            onChange={(code) =>
              onChange(
                replace(at, { ...term, indicator: code ?? '' }),
                parts.find((part) => part.code === code),
              )
            }
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={terms.length === 1}
            aria-label={`${label}: ${t('app:common.remove')}`}
            onClick={() => onChange(terms.filter((_, index) => index !== at))}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Button
        size="compact-sm"
        variant="subtle"
        style={{ alignSelf: 'start' }}
        leftSection={<IconPlus size={14} aria-hidden />}
        disabled={terms.length >= 20}
        onClick={() => onChange([...terms, { indicator: '', factor: 1 }])}
      >
        {t('catalogue.formula.addPart')}
      </Button>
    </Stack>
  );
}
