import { Button, Checkbox, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MOST_RULES } from '#contracts/rules';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { useCameras } from '../../api/queries.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { cameraLabel } from '../../ui/camera-label.ts';
import { Loading } from '../../ui/loading.tsx';
import { optionsFilter } from '../../ui/options-filter.ts';
import { formOf, newRuleId } from './rule-form.ts';
import type { Forms } from './use-rules-editor.ts';

interface CopyProps {
  readonly cameraId: string;
  /** How many more this camera may have. */
  readonly room: number;
  readonly close: () => void;
  readonly add: (copies: Forms) => void;
}

/** Rules of another camera: copies of those that are ticked, switched off, with names of their own. */
export function CopyRules({ opened, ...props }: CopyProps & { opened: boolean }) {
  const { t } = useTranslation(['admin', 'app']);
  return (
    <Modal
      opened={opened}
      onClose={props.close}
      title={t('rules.copyTitle')}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      {opened && <CopyForm {...props} />}
    </Modal>
  );
}

function CopyForm({ cameraId, room, close, add }: CopyProps) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const cameras = useCameras();
  const [from, setFrom] = useState<string | null>(null);
  const [left, setLeft] = useState<readonly string[]>([]);
  const set = useQuery({
    queryKey: queryKeys.rules(from ?? ''),
    queryFn: ({ signal }) => api.rules.of(from ?? '', signal),
    enabled: from !== null,
  });
  const rules = set.data?.rules ?? [];
  const ticked = rules.filter(({ id }) => !left.includes(id)).slice(0, Math.max(0, room));
  const others = cameras.data?.filter(({ id }) => id !== cameraId) ?? [];
  return (
    <Stack gap="md">
      <Text size="sm">{t('rules.copyHint')}</Text>
      <Select
        label={t('rules.copyFrom')}
        searchable
        limit={100}
        data={others.map((camera) => ({ value: camera.id, label: cameraLabel(camera) }))}
        filter={optionsFilter}
        value={from}
        onChange={(next) => {
          setFrom(next);
          setLeft([]);
        }}
      />
      {set.error !== null && <ErrorNotice error={set.error} retry={() => void set.refetch()} />}
      {from !== null && set.isLoading && <Loading />}
      {set.data !== undefined && rules.length === 0 && <Text c="dimmed">{t('rules.copyNone')}</Text>}
      {rules.length > 0 && (
        <Stack gap="xs" role="group" aria-label={t('rules.copyWhich')}>
          {rules.map(({ id, name, kind }) => (
            <Checkbox
              key={id}
              label={name}
              description={t(`rules.kinds.${kind}`)}
              checked={ticked.some((rule) => rule.id === id)}
              onChange={({ currentTarget: { checked } }) =>
                setLeft((now) => (checked ? now.filter((one) => one !== id) : [...now, id]))
              }
            />
          ))}
        </Stack>
      )}
      {ticked.length < rules.length - left.length && (
        <Text size="sm">{t('rules.mostReached', { count: MOST_RULES })}</Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t('app:common.cancel')}
        </Button>
        <Button
          disabled={ticked.length === 0}
          onClick={() => {
            add(ticked.map((rule) => ({ ...formOf(rule), id: newRuleId(), enabled: false })));
            close();
          }}
        >
          {t('rules.copyNow', { count: ticked.length })}
        </Button>
      </Group>
    </Stack>
  );
}
