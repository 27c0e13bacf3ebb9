import { Button, Group, Modal, Select, Stack, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertView, IncidentDetails } from '#contracts/alerts';
import { useCameras } from '../api/queries.ts';
import { useSession } from '../app/session.tsx';
import { cameraLabel } from '../ui/camera-label.ts';
import { fromLocalInput, toLocalInput } from '../ui/local-input.ts';
import { RangeFields } from '../ui/range-fields.tsx';
import { useIncidentAction } from './use-incident.ts';

const MOST_CLIP_MS = 3_600_000;
/** ms around the moment, before anybody has said what is wanted. */
const AROUND_MS = 30_000;

/** Takes a recorded range into the incident; begins with the one of its latest alert. */
export function ClipDialog(props: { incident: IncidentDetails; alerts: readonly AlertView[]; onClose: () => void }) {
  const { incident, alerts, onClose } = props;
  const { t } = useTranslation(['incidents', 'app']);
  const { serverNow } = useSession();
  const cameras = useCameras();
  const last = [...alerts].sort((a, b) => b.openedMs - a.openedMs)[0];
  const [cameraId, setCameraId] = useState<string | null>(last?.cameraId ?? incident.cameraIds[0] ?? null);
  const [from, setFrom] = useState(() => toLocalInput(last?.detection.fromMs ?? serverNow() - 2 * AROUND_MS));
  const [to, setTo] = useState(() => toLocalInput(last?.detection.toMs ?? serverNow()));
  const [reason, setReason] = useState('');
  const take = useIncidentAction(t('clip.done'));
  const [fromMs, toMs] = [fromLocalInput(from), fromLocalInput(to)];
  const wrong =
    fromMs === null || toMs === null
      ? undefined
      : fromMs >= toMs
        ? t('clip.reversed')
        : toMs - fromMs > MOST_CLIP_MS
          ? t('clip.tooLong')
          : undefined;
  const ready =
    cameraId !== null && fromMs !== null && toMs !== null && wrong === undefined && reason.trim().length >= 3;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!ready) return;
    take.mutate(
      (incidents) => incidents.addExhibit(incident.id, { kind: 'clip', cameraId, fromMs, toMs, reason: reason.trim() }),
      { onSuccess: onClose },
    );
  }
  return (
    <Modal opened onClose={onClose} title={t('clip.title')} closeButtonProps={{ 'aria-label': t('app:common.close') }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Select
            label={t('clip.camera')}
            allowDeselect={false}
            data={(cameras.data ?? [])
              .filter(({ id }) => incident.cameraIds.includes(id))
              .map((camera) => ({ value: camera.id, label: cameraLabel(camera) }))}
            value={cameraId}
            onChange={setCameraId}
          />
          <RangeFields
            from={{ label: t('clip.from'), value: from, change: setFrom }}
            to={{ label: t('clip.to'), value: to, change: setTo }}
            error={wrong}
          />
          <Textarea
            data-autofocus
            required
            label={t('clip.reason')}
            description={t('clip.reasonHint')}
            autosize
            minRows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('app:common.cancel')}
            </Button>
            <Button type="submit" disabled={!ready} loading={take.isPending}>
              {t('clip.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
