import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkingTime } from '#contracts/places';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useUnsaved } from '../../app/leave-guard-provider.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/page.tsx';

/** Days that are not what their weekday says: holidays, and days worked for them. Due times in working hours follow. */
export function WorkingTimeTab() {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const saved = useQuery({ queryKey: queryKeys.workingTime, queryFn: ({ signal }) => api.places.workingTime(signal) });
  const [draft, setDraft] = useState<WorkingTime | null>(null);
  useEffect(() => {
    if (saved.data !== undefined) setDraft((now) => now ?? saved.data);
  }, [saved.data]);
  const save = useMutation({
    mutationFn: (next: WorkingTime) => api.places.setWorkingTime(next),
    onSuccess(next) {
      queryClient.setQueryData(queryKeys.workingTime, next);
      setDraft(next);
    },
  });
  useUnsaved(draft !== null && saved.data !== undefined && draft !== saved.data);
  if (saved.isError) return <ErrorNotice error={saved.error} retry={() => void saved.refetch()} />;
  if (draft === null) return <Loading />;
  const days = draft.days.map((day, at) => ({ day, at })).sort((a, b) => a.day.date.localeCompare(b.day.date));
  const change = (at: number, part: Partial<WorkingTime['days'][number]>): void =>
    setDraft({ ...draft, days: draft.days.map((day, index) => (index === at ? { ...day, ...part } : day)) });
  return (
    <Panel title={t('catalogue.days')}>
      <Stack gap="sm">
        <Text c="dimmed">{t('catalogue.daysHint')}</Text>
        {days.map(({ day, at }) => (
          <Group key={at} gap="sm" align="end">
            <TextInput
              type="date"
              aria-label={t('catalogue.date')}
              value={day.date}
              onChange={(event) => change(at, { date: event.currentTarget.value })}
            />
            <Select
              aria-label={t('catalogue.kind')}
              data={(['holiday', 'workingDay'] as const).map((kind) => ({
                value: kind,
                label: t(`catalogue.dayKinds.${kind}`),
              }))}
              value={day.kind}
              allowDeselect={false}
              onChange={(value) => change(at, { kind: value === 'workingDay' ? 'workingDay' : 'holiday' })}
            />
            <TextInput
              aria-label={t('catalogue.name')}
              value={day.name}
              onChange={(event) => change(at, { name: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={`${t('app:common.remove')}: ${day.date}`}
              onClick={() => setDraft({ ...draft, days: draft.days.filter((_, index) => index !== at) })}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        {save.isError && <ErrorNotice error={save.error} />}
        <Group>
          <Button
            variant="default"
            leftSection={<IconPlus size={16} />}
            onClick={() =>
              setDraft({
                ...draft,
                days: [...draft.days, { date: new Date().toISOString().slice(0, 10), kind: 'holiday', name: '' }],
              })
            }
          >
            {t('catalogue.addDay')}
          </Button>
          <Button loading={save.isPending} disabled={draft === saved.data} onClick={() => save.mutate(draft)}>
            {t('app:common.save')}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}
