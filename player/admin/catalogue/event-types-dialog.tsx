import { Accordion, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CONFIDENTIALITIES, type SectorEventType, type SectorView } from '#contracts/sectors';
import { SEVERITIES } from '#contracts/severity';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useWords } from '../../sectors/texts.ts';
import { NumberField } from '../../ui/number-field.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { FieldRow } from './field-row.tsx';
import { isNamed, NameFields } from './words-fields.tsx';

interface Row {
  /** For the list alone: a new type has no key of its own yet. */
  readonly id: string;
  readonly isNew: boolean;
  readonly type: SectorEventType;
}
const NEW: SectorEventType = {
  ...{ key: '', name: { vi: '', en: '' }, severity: 'moderate', dueMinutes: null, expiresMinutes: null },
  confidentiality: 'internal',
};
const isKey = (key: string): boolean => /^[a-z][a-z0-9_]{1,47}$/.test(key);

/** What can happen in a sector: how serious it is, until when somebody must act, and when it is over by itself. */
export function EventTypesDialog({ sector, onClose }: { sector: SectorView; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const words = useWords();
  const api = useApi();
  const queryClient = useQueryClient();
  const [rows, setRows] = useState<readonly Row[]>(() =>
    sector.eventTypes.map((type) => ({ id: type.key, isNew: false, type })),
  );
  const [open, setOpen] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: () => {
      const { key: _key, eventTypes: _types, layout, ...input } = sector;
      return api.sectors.change(sector.key, {
        ...{ ...input, layout: [...layout] },
        eventTypes: rows.map(({ type }) => type),
      });
    },
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: queryKeys.sectors });
      onClose();
    },
  });
  const keys = rows.map(({ type }) => type.key);
  const ready = rows.every(({ type }) => isNamed(type.name) && isKey(type.key)) && new Set(keys).size === keys.length;
  function add(): void {
    const id = `new ${rows.length} ${Date.now()}`;
    setRows([...rows, { id, isNew: true, type: NEW }]);
    setOpen(id);
  }
  return (
    <EditDialog
      title={`${t('catalogue.eventTypes')}: ${words(sector.name)}`}
      size="xl"
      error={save.error}
      busy={save.isPending}
      ready={ready}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <Text size="sm" c="dimmed">
        {t('catalogue.eventTypesHint')}
      </Text>
      <Accordion value={open} onChange={setOpen} variant="separated" chevronPosition="left">
        {rows.map((row) => (
          <Accordion.Item key={row.id} value={row.id}>
            <Accordion.Control>
              <Group gap="xs" wrap="nowrap">
                <SeverityMark severity={row.type.severity} />
                <span>{row.type.name.vi === '' ? t('catalogue.newEventType') : words(row.type.name)}</span>
                {row.type.dueMinutes !== null && (
                  <Text size="sm" c="dimmed">
                    {row.type.dueMinutes % 60 === 0
                      ? t('catalogue.dueWithinHours', { count: row.type.dueMinutes / 60 })
                      : t('catalogue.dueWithin', { count: row.type.dueMinutes })}
                  </Text>
                )}
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <TypeFields
                row={row}
                twice={row.isNew && keys.filter((key) => key === row.type.key).length > 1}
                onChange={(part) =>
                  setRows(rows.map((one) => (one.id === row.id ? { ...one, type: { ...one.type, ...part } } : one)))
                }
                onRemove={() => setRows(rows.filter(({ id }) => id !== row.id))}
              />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      <Button
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        disabled={rows.length >= 100}
        onClick={add}
      >
        {t('catalogue.addEventType')}
      </Button>
    </EditDialog>
  );
}

function TypeFields(props: {
  row: Row;
  twice: boolean;
  onChange: (part: Partial<SectorEventType>) => void;
  onRemove: () => void;
}) {
  const { row, twice, onChange, onRemove } = props;
  const { t } = useTranslation(['admin', 'app']);
  const { type } = row;
  return (
    <Stack gap="sm">
      <NameFields value={type.name} onChange={(name) => onChange({ name })} />
      <FieldRow>
        <TextInput
          label={t('catalogue.code')}
          required
          disabled={!row.isNew}
          maxLength={48}
          value={type.key}
          error={
            twice
              ? t('catalogue.keyTwice')
              : row.isNew && type.key !== '' && !isKey(type.key)
                ? t('catalogue.keyWrong')
                : undefined
          }
          onChange={(event) => onChange({ key: event.currentTarget.value.trim().toLowerCase() })}
        />
        <Select
          label={t('catalogue.severity')}
          data={SEVERITIES.map((value) => ({ value, label: t(`app:severities.${value}`) }))}
          value={type.severity}
          allowDeselect={false}
          onChange={(value) => onChange({ severity: SEVERITIES.find((known) => known === value) ?? 'moderate' })}
        />
        <Select
          label={t('catalogue.confidentiality')}
          data={CONFIDENTIALITIES.map((value) => ({ value, label: t(`catalogue.confidentialities.${value}`) }))}
          value={type.confidentiality}
          allowDeselect={false}
          onChange={(value) =>
            onChange({ confidentiality: CONFIDENTIALITIES.find((known) => known === value) ?? 'internal' })
          }
        />
      </FieldRow>
      <FieldRow>
        <NumberField
          label={t('catalogue.dueMinutes')}
          description={t('catalogue.dueMinutesHint')}
          min={1}
          max={525_600}
          allowDecimal={false}
          value={type.dueMinutes}
          onChange={(dueMinutes) => onChange({ dueMinutes })}
        />
        <NumberField
          label={t('catalogue.expiresMinutes')}
          description={t('catalogue.expiresMinutesHint')}
          min={1}
          max={525_600}
          allowDecimal={false}
          value={type.expiresMinutes}
          onChange={(expiresMinutes) => onChange({ expiresMinutes })}
        />
      </FieldRow>
      <Group justify="flex-end" mt="xs">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconTrash size={14} aria-hidden />}
          onClick={onRemove}
        >
          {t(row.isNew ? 'app:common.remove' : 'catalogue.retire')}
        </Button>
      </Group>
    </Stack>
  );
}
