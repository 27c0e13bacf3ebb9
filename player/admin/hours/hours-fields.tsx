import { ActionIcon, Button, Chip, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { localeOf } from '../../ui/locale.ts';
import { Panel } from '../../ui/page.tsx';
import { DAYS } from '../recording/policy-words.ts';
import { type HoursRow, newRow } from './hours-rows.ts';

/** Hours of the week: some days, from when to when, as many times as somebody needs. */
export function HoursFields(props: {
  rows: readonly HoursRow[];
  timeZone: string;
  title: string;
  /** What the hours do; the time zone is said after it. */
  hint: (zone: string) => string;
  /** What it means that there are none. */
  none: string;
  change: (rows: readonly HoursRow[]) => void;
}) {
  const { t, i18n } = useTranslation(['admin', 'app']);
  const { rows, change } = props;
  const put = (row: HoursRow): void => change(rows.map((one) => (one.key === row.key ? row : one)));
  return (
    <Panel title={props.title}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {props.hint(zoneName(props.timeZone, i18n.language))}
        </Text>
        {rows.length === 0 && <Text size="sm">{props.none}</Text>}
        {rows.map((row) => (
          <Row key={row.key} row={row} put={put} remove={() => change(rows.filter(({ key }) => key !== row.key))} />
        ))}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => change([...rows, newRow(rows)])}
          >
            {t('recording.addHours')}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}

/** As people call it: "Giờ Đông Dương". */
function zoneName(timeZone: string, language: string): string {
  const locale = localeOf(language);
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'long' }).formatToParts();
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}

function Row({ row, put, remove }: { row: HoursRow; put: (row: HoursRow) => void; remove: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  return (
    <Stack gap={6}>
      <div role="group" aria-label={t('recording.hours')}>
        <Chip.Group multiple value={row.days.map(String)} onChange={(days) => put({ ...row, days: days.map(Number) })}>
          <Group gap={6}>
            {DAYS.map((day, at) => (
              <Chip key={day} value={String(at)} size="sm" aria-label={t(`recording.dayNames.${day}`)}>
                {t(`recording.days.${day}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </div>
      {row.days.length === 0 && (
        <Text size="sm" c="red" role="alert">
          {t('recording.noDay')}
        </Text>
      )}
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          type="time"
          flex={1}
          required
          label={t('recording.from')}
          value={row.from}
          onChange={(event) => put({ ...row, from: event.currentTarget.value })}
        />
        <TextInput
          type="time"
          flex={1}
          required
          label={t('recording.to')}
          value={row.to}
          onChange={(event) => put({ ...row, to: event.currentTarget.value })}
        />
        <ActionIcon size="lg" variant="subtle" color="gray" aria-label={t('recording.removeHours')} onClick={remove}>
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
    </Stack>
  );
}
