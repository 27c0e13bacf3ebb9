import { Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MAPPED_FIELDS, Mapping, SampleReading } from '#contracts/feeds';
import type { Indicator } from '#contracts/sectors';
import { useWords } from '../sectors/texts.ts';
import { optionsFilter } from '../ui/options-filter.ts';
import classes from './feeds.module.css';
import { meaningOf, withMeaning } from './mapping.ts';

const EVENT_FIELDS = [
  'type',
  'id',
  'title',
  'detail',
  'severity',
  'time',
  'area',
  'latitude',
  'longitude',
  'place',
  'link',
  'state',
] as const;
const VALUE_FIELDS = ['indicator', 'area', 'unit', 'period', 'value', 'reason', 'status', 'time'] as const;
const CSV_CHOICES = {
  delimiter: ['auto', ',', ';', '\t', '|'],
  decimal: ['auto', 'comma', 'point'],
  dates: ['auto', 'dmy', 'mdy', 'ymd'],
  encoding: ['auto', 'utf-8', 'utf-16', 'windows-1258', 'tcvn3'],
} as const satisfies { [Part in keyof Mapping['csv']]: readonly Mapping['csv'][Part][] };

/** How a sample was read, and what its columns are to us: shown as a table, to be confirmed or corrected. */
export function MappingFields(props: {
  reading: SampleReading;
  mapping: Mapping;
  onChange: (mapping: Mapping) => void;
  carries: 'observations' | 'events';
  /** Of the sector. */
  indicators: readonly Indicator[];
}) {
  const { reading, mapping, onChange, carries, indicators } = props;
  const { t } = useTranslation('feeds');
  const words = useWords();
  const fields = carries === 'events' ? EVENT_FIELDS : VALUE_FIELDS;
  const choices = [
    ...fields.map((field) => ({ value: field, label: t(`fields.${field}`) })),
    ...(carries === 'events'
      ? []
      : indicators
          .filter(({ kind }) => kind !== 'ratio')
          .map(({ code, name }) => ({
            value: `indicator ${code}`,
            label: t('mapping.indicator', { name: words(name) }),
          }))),
  ];
  const needsConstant =
    carries === 'observations' &&
    mapping.columns.indicator === undefined &&
    Object.keys(mapping.indicators).length === 0;
  return (
    <Stack gap="sm">
      {reading.format === 'csv' && (
        <Group gap="sm" align="end">
          {(['delimiter', 'decimal', 'dates', 'encoding'] as const).map((part) => (
            <Select
              key={part}
              size="xs"
              label={t(`csv.${part}`)}
              data={CSV_CHOICES[part].map((value) => ({
                value,
                label: value === 'auto' ? t('csv.auto', { found: nameOf(reading[part], t) }) : nameOf(value, t),
              }))}
              value={mapping.csv[part]}
              allowDeselect={false}
              onChange={(value) => {
                const known = CSV_CHOICES[part].find((one) => one === value);
                if (known !== undefined) onChange({ ...mapping, csv: { ...mapping.csv, [part]: known } });
              }}
            />
          ))}
        </Group>
      )}
      <Text size="sm" c="dimmed">
        {t('mapping.hint')}
      </Text>
      <Table.ScrollContainer minWidth={reading.columns.length * 150}>
        <Table className={classes.sample} withColumnBorders>
          <Table.Thead>
            <Table.Tr>
              {reading.columns.map((column) => (
                <Table.Th key={column}>
                  <div>{column}</div>
                  <Select
                    size="xs"
                    clearable
                    searchable
                    filter={optionsFilter}
                    aria-label={t('mapping.means', { column })}
                    placeholder={t('mapping.unused')}
                    data={choices}
                    value={meaningOf(mapping, column)}
                    onChange={(meaning) => onChange(withMeaning(mapping, column, meaning))}
                  />
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {reading.rows.slice(0, 6).map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a sample have nothing else, and never move
              <Table.Tr key={at}>
                {reading.columns.map((column, index) => (
                  <Table.Td key={column}>{row[index] ?? ''}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {needsConstant && (
        <Select
          label={t('mapping.oneIndicator')}
          description={t('mapping.oneIndicatorHint')}
          searchable
          clearable
          filter={optionsFilter}
          data={indicators
            .filter(({ kind }) => kind !== 'ratio')
            .map(({ code, name }) => ({ value: code, label: words(name) }))}
          value={mapping.constants.indicator ?? null}
          onChange={(code) => onChange({ ...mapping, constants: withConstant(mapping, 'indicator', code) })}
        />
      )}
      {carries === 'observations' && mapping.columns.period === undefined && (
        <TextInput
          label={t('mapping.onePeriod')}
          description={t('mapping.onePeriodHint')}
          value={mapping.constants.period ?? ''}
          onChange={(event) =>
            onChange({ ...mapping, constants: withConstant(mapping, 'period', event.currentTarget.value || null) })
          }
        />
      )}
      {reading.format === 'json' && (
        <TextInput
          label={t('mapping.rowsAt')}
          description={t('mapping.rowsAtHint')}
          value={mapping.rowsAt}
          onChange={(event) => onChange({ ...mapping, rowsAt: event.currentTarget.value })}
        />
      )}
    </Stack>
  );
}

function withConstant(
  mapping: Mapping,
  field: (typeof MAPPED_FIELDS)[number],
  value: string | null,
): Mapping['constants'] {
  const { [field]: _, ...others } = mapping.constants;
  return value === null ? others : { ...others, [field]: value };
}

function nameOf(value: string | null, t: ReturnType<typeof useTranslation<'feeds'>>['t']): string {
  switch (value) {
    case null:
      return '–';
    case '\t':
      return t('csv.tab');
    case 'comma':
    case 'point':
    case 'dmy':
    case 'mdy':
    case 'ymd':
      return t(`csv.names.${value}`);
    default:
      return value;
  }
}
