import {
  Anchor,
  Button,
  Checkbox,
  Divider,
  Group,
  Modal,
  Progress,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExportView } from '#contracts/recordings';
import { useApi } from '../api/context.tsx';
import { ApiError } from '../api/error.ts';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useErrorWords } from '../api/error-words.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { useSession } from '../app/session.tsx';
import { cameraLabel } from '../ui/camera-label.ts';
import { useDates } from '../ui/dates.ts';
import { fromLocalInput, toLocalInput } from '../ui/local-input.ts';
import { Notice } from '../ui/notice.tsx';
import { RangeFields } from '../ui/range-fields.tsx';
import { spacedKey } from '../ui/spaced-key.ts';
import type { PlaybackCamera } from './playback-camera.ts';

export interface ExportDialogProps {
  /** Those on the page. */
  readonly cameras: readonly PlaybackCamera[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly onClose: () => void;
}

/** Asks for evidence of a range, and shows what was asked for before: how far it is, and where to fetch it. */
export function ExportDialog({ cameras, fromMs, toMs, onClose }: ExportDialogProps) {
  const { t } = useTranslation('playback');
  const api = useApi();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState<readonly string[]>(cameras.map(({ id }) => id));
  const [from, setFrom] = useState(toLocalInput(fromMs));
  const [to, setTo] = useState(toLocalInput(toMs));
  const [reason, setReason] = useState('');
  const [caseNumber, setCaseNumber] = useState('');
  const [masks, setMasks] = useState(true);
  const [watermark, setWatermark] = useState(false);
  const start = useMutation({
    mutationFn: (range: { fromMs: number; toMs: number }) =>
      api.exports.start({ cameraIds: [...chosen], reason, caseNumber, masks, watermark, ...range }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.exports }),
  });
  const range = { fromMs: fromLocalInput(from), toMs: fromLocalInput(to) };
  const reversed = range.fromMs !== null && range.toMs !== null && range.fromMs >= range.toMs;
  const ready = chosen.length > 0 && reason.trim().length >= 3 && !reversed;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (range.fromMs !== null && range.toMs !== null && ready) start.mutate({ fromMs: range.fromMs, toMs: range.toMs });
  }

  return (
    <Modal opened onClose={onClose} size="lg" title={t('export.title')}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text c="dimmed" size="sm">
            {t('export.lead')}
          </Text>
          <Checkbox.Group label={t('cameras')} value={[...chosen]} onChange={setChosen}>
            <Group gap="md" mt={4}>
              {cameras.map((camera) => (
                <Checkbox key={camera.id} value={camera.id} label={cameraLabel(camera)} />
              ))}
            </Group>
          </Checkbox.Group>
          <RangeFields
            from={{ label: t('export.from'), value: from, change: setFrom }}
            to={{ label: t('export.to'), value: to, change: setTo }}
            error={reversed ? t('export.reversed') : undefined}
          />
          <Textarea
            label={t('export.reason')}
            description={t('export.reasonHint')}
            required
            maxLength={1000}
            autosize
            minRows={2}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <TextInput
            label={t('export.caseNumber')}
            maxLength={80}
            value={caseNumber}
            onChange={(event) => setCaseNumber(event.currentTarget.value)}
          />
          <ProcessingFields
            masked={cameras.filter(({ id, hasMasks }) => hasMasks && chosen.includes(id))}
            {...{ masks, setMasks, watermark, setWatermark }}
          />
          {start.error !== null && <ErrorNotice error={start.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('export.close')}
            </Button>
            <Button type="submit" loading={start.isPending} disabled={!ready}>
              {t('export.start')}
            </Button>
          </Group>
        </Stack>
      </form>
      <ExportList />
    </Modal>
  );
}

/** What is burnt into the pictures, and what that costs. */
function ProcessingFields(props: {
  /** Chosen cameras that have privacy masks. */
  masked: readonly PlaybackCamera[];
  masks: boolean;
  setMasks: (masks: boolean) => void;
  watermark: boolean;
  setWatermark: (watermark: boolean) => void;
}) {
  const { t } = useTranslation('playback');
  const { view } = useSession();
  const { masked, masks, watermark } = props;
  // Of which cameras they may, the server knows; who may nowhere must not be offered it.
  const mayUnmask = view.permissions.includes('camera.unmask');
  const reencoded = watermark || (masks && masked.length > 0);
  return (
    <Stack gap="xs">
      {masked.length > 0 && (
        <Checkbox
          label={t('export.masks')}
          description={
            mayUnmask
              ? t('export.masksOf', { cameras: masked.map(({ name }) => name).join(', ') })
              : t('export.masksForced', { cameras: masked.map(({ name }) => name).join(', ') })
          }
          checked={masks || !mayUnmask}
          disabled={!mayUnmask}
          onChange={(event) => props.setMasks(event.currentTarget.checked)}
        />
      )}
      <Checkbox
        label={t('export.watermark')}
        description={t('export.watermarkHint')}
        checked={watermark}
        onChange={(event) => props.setWatermark(event.currentTarget.checked)}
      />
      <Notice kind="info" title={t(reencoded ? 'export.reencoded' : 'export.original')}>
        {t(reencoded ? 'export.reencodedHint' : 'export.originalHint')}
      </Notice>
    </Stack>
  );
}

/** ms; what the socket tells comes at once, this is for what it could not. */
const LOOK_MS = 3000;

function ExportList() {
  const { t } = useTranslation('playback');
  const api = useApi();
  const exports = useQuery({
    queryKey: queryKeys.exports,
    queryFn: ({ signal }) => api.exports.list(signal),
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? LOOK_MS : false),
  });
  const keys = useQuery({ queryKey: queryKeys.evidenceKeys, queryFn: ({ signal }) => api.exports.keys(signal) });
  const key = keys.data?.find(({ retiredMs }) => retiredMs === null);
  if (exports.data === undefined || exports.data.length === 0) return null;
  return (
    <Stack gap="sm" mt="md">
      <Divider label={t('export.mine')} labelPosition="left" />
      {exports.data.map((view) => (
        <ExportRow key={view.id} view={view} />
      ))}
      {key !== undefined && (
        <Text c="dimmed" size="xs">
          {t('export.key', { key: spacedKey(key.id) })}
        </Text>
      )}
    </Stack>
  );
}

const isUnderWay = ({ state }: ExportView): boolean => state === 'queued' || state === 'running';

function ExportRow({ view }: { view: ExportView }) {
  const { t, i18n } = useTranslation('playback');
  const api = useApi();
  const dates = useDates();
  const words = useErrorWords();
  const queryClient = useQueryClient();
  const remove = useAction({
    run: () => api.exports.remove(view.id),
    after: () => queryClient.invalidateQueries({ queryKey: queryKeys.exports }),
  });
  const size = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 }).format((view.bytes ?? 0) / 1e6);
  return (
    <div data-export={view.id} data-state={view.state}>
      <Group justify="space-between" gap="xs" align="start">
        <div>
          <Text size="sm">
            {dates.full(view.fromMs)} – {dates.time(view.toMs)} ·{' '}
            {t('export.cameras', { count: view.cameraIds.length })}
          </Text>
          <Text size="xs" c="dimmed">
            {[view.reason, view.caseNumber, view.watermark ? t('export.watermarked') : '']
              .filter((text) => text !== '')
              .join(' · ')}
          </Text>
          {view.state === 'failed' && (
            <Text size="sm" c="red">
              {words(new ApiError('internal', { code: view.error ?? 'export.failed' })).what}
            </Text>
          )}
          {view.state === 'cancelled' && <Text size="sm">{t('export.cancelled')}</Text>}
        </div>
        <Group gap="xs" wrap="nowrap">
          {view.state === 'done' && (
            <Anchor href={`/api/exports/${encodeURIComponent(view.id)}/archive`} download size="sm">
              {t('export.fetch', { size })}
            </Anchor>
          )}
          <Button
            size="compact-sm"
            variant="subtle"
            loading={remove.isPending}
            onClick={() => remove.mutate(undefined)}
          >
            {t(isUnderWay(view) ? 'export.stop' : 'export.remove')}
          </Button>
        </Group>
      </Group>
      {isUnderWay(view) && (
        <Progress value={view.progress * 100} size="sm" mt={4} aria-label={t('export.progress')} animated />
      )}
    </div>
  );
}
