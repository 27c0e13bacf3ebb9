import { Button, Checkbox, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { showNotification } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MOST_HOLD_MS } from '#contracts/recordings';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { cameraLabel } from '../ui/camera-label.ts';
import { fromLocalInput, toLocalInput } from '../ui/local-input.ts';
import { RangeFields } from '../ui/range-fields.tsx';
import { HoldCostNote } from './hold-cost.tsx';
import type { NamedCamera } from './use-named-cameras.ts';

// The number alone: importing it would bring zod along.
const MOST_MS: typeof MOST_HOLD_MS = 400 * 86_400_000;

/** Holds a range of the cameras on the page, and says before what that costs. */
export function HoldDialog(props: {
  cameras: readonly NamedCamera[];
  fromMs: number;
  toMs: number;
  onClose: () => void;
}) {
  const { cameras, onClose } = props;
  const { t } = useTranslation('holds');
  const api = useApi();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState<readonly string[]>(cameras.map(({ id }) => id));
  const [from, setFrom] = useState(toLocalInput(props.fromMs));
  const [to, setTo] = useState(toLocalInput(props.toMs));
  const [caseNumber, setCaseNumber] = useState('');
  const [reason, setReason] = useState('');
  const [startMs, endMs] = [fromLocalInput(from), fromLocalInput(to)];
  const known = startMs !== null && endMs !== null;
  const wrong = !known
    ? undefined
    : startMs >= endMs
      ? t('dialog.reversed')
      : endMs - startMs > MOST_MS
        ? t('dialog.tooLong')
        : undefined;
  const range = known && wrong === undefined ? { startMs, endMs } : undefined;
  const ready = range !== undefined && chosen.length > 0 && caseNumber.trim() !== '' && reason.trim().length >= 3;
  const make = useMutation({
    mutationFn: (range: { startMs: number; endMs: number }) =>
      api.holds.make({ cameraIds: [...chosen], caseNumber, reason, ...range }),
    async onSuccess(made) {
      showNotification({ message: t('dialog.done', { count: made.length }) });
      await queryClient.invalidateQueries({ queryKey: queryKeys.holds });
      void queryClient.invalidateQueries({ queryKey: queryKeys.timelines });
      onClose();
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (range !== undefined && ready) make.mutate(range);
  }

  return (
    <Modal opened onClose={onClose} size="lg" title={t('dialog.title')}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text c="dimmed" size="sm">
            {t('dialog.lead')}
          </Text>
          <Checkbox.Group label={t('dialog.cameras')} value={[...chosen]} onChange={setChosen}>
            <Group gap="md" mt={4}>
              {cameras.map((camera) => (
                <Checkbox key={camera.id} value={camera.id} label={cameraLabel(camera)} />
              ))}
            </Group>
          </Checkbox.Group>
          <RangeFields
            from={{ label: t('dialog.from'), value: from, change: setFrom }}
            to={{ label: t('dialog.to'), value: to, change: setTo }}
            error={wrong}
          />
          {range !== undefined && chosen.length > 0 && <HoldCostNote cameraIds={chosen} {...range} />}
          <TextInput
            label={t('dialog.case')}
            required
            maxLength={80}
            data-autofocus
            value={caseNumber}
            onChange={(event) => setCaseNumber(event.currentTarget.value)}
          />
          <Textarea
            label={t('dialog.reason')}
            description={t('dialog.reasonHint')}
            required
            maxLength={1000}
            autosize
            minRows={2}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {make.error !== null && <ErrorNotice error={make.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('dialog.cancel')}
            </Button>
            <Button type="submit" loading={make.isPending} disabled={!ready}>
              {t('dialog.make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
