import { Button, Group, Stack } from '@mantine/core';
import { IconChartBar, IconEye, IconLink, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { type CameraDetails, publishes } from '#contracts/camera';
import { putCamera } from '../../api/camera-cache.ts';
import { useApi } from '../../api/context.tsx';
import { ApiError } from '../../api/error.ts';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { PageError } from '../../api/page-error.tsx';
import { useCameras } from '../../api/queries.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { useFieldError } from '../../api/use-field-error.ts';
import { useUnsaved } from '../../app/leave-guard-provider.tsx';
import { liveLink, statisticsLink } from '../../app/links.ts';
import { useDates } from '../../ui/dates.ts';
import { FactList } from '../../ui/fact-list.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { CameraRecordingPanel } from '../recording/camera-recording.tsx';
import { RulesPanel } from '../rules/rules-panel.tsx';
import { IdentityFields, MoreFields } from './camera-fields.tsx';
import { type CameraForm, draftOf, formOf, hasAddress, sourceOf } from './camera-form.ts';
import { CameraStateText } from './camera-state-text.tsx';
import classes from './choices.module.css';
import { ClockText } from './clock-text.tsx';
import { MasksPanel } from './masks-panel.tsx';
import { MediaLinkDialog } from './media-link-dialog.tsx';
import { ProbePanel } from './probe-panel.tsx';
import { PublishKeyFields } from './publish-key.tsx';
import { RemoveCameraDialog } from './remove-camera-dialog.tsx';
import { SourceFields } from './source-fields.tsx';
import { StreamFacts } from './stream-facts.tsx';
import { useProbe } from './use-probe.ts';

const STREAMS_MS = 10_000;

export default function EditCameraPage({ cameraId }: { cameraId: string }) {
  const api = useApi();
  const camera = useQuery({
    queryKey: queryKeys.camera(cameraId),
    queryFn: ({ signal }) => api.cameras.details(cameraId, signal),
    // Who reads the streams, and why, is told here alone.
    refetchInterval: STREAMS_MS,
  });
  if (camera.error !== null && camera.data === undefined)
    return <PageError error={camera.error} retry={() => void camera.refetch()} />;
  if (camera.data === undefined) return <Loading />;
  return <EditForm camera={camera.data} />;
}

function EditForm({ camera }: { camera: CameraDetails }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  // What the person began with: a change by somebody else must not replace what is being typed.
  const [base, setBase] = useState(camera);
  const [form, setForm] = useState(() => formOf(camera));
  const [removing, setRemoving] = useState(false);
  const probe = useProbe(camera.id);
  const original = formOf(base);
  const changed = JSON.stringify(form) !== JSON.stringify(original);
  const change = (part: Partial<CameraForm>): void => setForm((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () => api.cameras.update(camera.id, { ...draftOf(form), version: base.version }),
    onSuccess(saved) {
      queryClient.setQueryData(queryKeys.camera(camera.id), saved);
      putCamera(queryClient, saved);
      setBase(saved);
      setForm(formOf(saved));
    },
  });
  useUnsaved(changed && !removing);
  const fieldError = useFieldError(save.error ?? probe.error);
  const conflict = save.error instanceof ApiError && save.error.kind === 'conflict' && save.error.fields.length === 0;

  async function reload(): Promise<void> {
    const fresh = await queryClient.fetchQuery({
      queryKey: queryKeys.camera(camera.id),
      queryFn: () => api.cameras.details(camera.id),
      staleTime: 0,
    });
    save.reset();
    setBase(fresh);
    setForm(formOf(fresh));
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }

  return (
    <Page
      title={base.name}
      hint={t('cameras.numberAndKind', { number: base.number, kind: t(`kinds.${base.kind}`) })}
      actions={<Actions camera={base} setRemoving={setRemoving} leave={() => navigate('/admin/cameras')} />}
    >
      <form onSubmit={submit} className={classes.split}>
        <Stack gap="md">
          <Panel title={t('cameras.identity')}>
            <IdentityFields form={form} change={change} fieldError={fieldError} />
          </Panel>
          {!publishes(base) && (
            <Panel title={t('source.title')}>
              <SourceFields form={form} change={change} fieldError={fieldError} hasPassword={base.hasPassword} />
            </Panel>
          )}
          <Panel title={t('cameras.more')}>
            <MoreFields form={form} change={change} fieldError={fieldError} />
          </Panel>
        </Stack>
        <Stack gap="md" className={classes.beside}>
          <Facts camera={base} />
          <CameraRecordingPanel cameraId={base.id} />
          {publishes(base) ? (
            <NewKey camera={base} />
          ) : (
            <ProbePanel
              leading={false}
              running={probe.running}
              result={probe.resultFor(sourceOf(form))}
              error={probe.error}
              disabled={!hasAddress(form)}
              start={() => void probe.run(sourceOf(form)).catch(() => undefined)}
              stop={probe.stop}
            />
          )}
          {save.error !== null && (
            <ErrorNotice error={save.error} {...(conflict ? { retry: () => void reload() } : {})} />
          )}
          <Group>
            <Button type="submit" loading={save.isPending} disabled={!changed}>
              {t('app:common.save')}
            </Button>
            <Button variant="default" disabled={!changed} onClick={() => setForm(original)}>
              {t('undoChanges')}
            </Button>
          </Group>
        </Stack>
      </form>
      <RulesPanel camera={base} />
      <MasksPanel camera={base} />
    </Page>
  );
}

function Actions(props: { camera: CameraDetails; setRemoving: (removing: boolean) => void; leave: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const { camera, setRemoving, leave } = props;
  const api = useApi();
  const [dialog, setDialog] = useState<'remove' | 'link' | null>(null);
  const restart = useAction({
    run: () => api.cameras.restart(camera.id),
    done: t('cameras.restarted', { name: camera.name }),
  });
  return (
    <>
      <Button component={Link} href={liveLink(camera.id)} variant="default" leftSection={<IconEye size={16} />}>
        {t('cameras.showOnWall')}
      </Button>
      <Button
        component={Link}
        href={statisticsLink(camera.id)}
        variant="default"
        leftSection={<IconChartBar size={16} />}
      >
        {t('app:navigation.statistics')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} />}
        loading={restart.isPending}
        onClick={() => restart.mutate(undefined)}
      >
        {t('cameras.restart')}
      </Button>
      <Button variant="default" leftSection={<IconLink size={16} />} onClick={() => setDialog('link')}>
        {t('mediaLink.title')}
      </Button>
      <Button variant="default" leftSection={<IconTrash size={16} />} onClick={() => setDialog('remove')}>
        {t('app:common.remove')}
      </Button>
      <MediaLinkDialog camera={camera} opened={dialog === 'link'} onClose={() => setDialog(null)} />
      <RemoveCameraDialog
        camera={camera}
        opened={dialog === 'remove'}
        onClose={() => setDialog(null)}
        onRemoved={() => {
          setRemoving(true);
          leave();
        }}
      />
    </>
  );
}

function Facts({ camera }: { camera: CameraDetails }) {
  const { t } = useTranslation(['admin', 'app']);
  const dates = useDates();
  const cameras = useCameras();
  const now = cameras.data?.find(({ id }) => id === camera.id) ?? camera;
  return (
    <Panel title={t('cameras.state')}>
      <Stack gap="sm">
        <CameraStateText camera={now} />
        <FactList
          facts={[
            [t('probe.make'), camera.make],
            [t('probe.model'), camera.model],
            [t('probe.firmware'), camera.firmware],
            [t('cameras.clock'), camera.clock === null ? '' : <ClockText key="clock" clock={camera.clock} />],
            [t('cameras.created'), dates.full(camera.createdMs)],
            [t('publishKey.server'), camera.publishUrl ?? ''],
          ]}
        />
        <StreamFacts streams={camera.streams} />
      </Stack>
    </Panel>
  );
}

function NewKey({ camera }: { camera: CameraDetails }) {
  const { t } = useTranslation('admin');
  const api = useApi();
  const make = useAction({ run: () => api.cameras.newPublishKey(camera.id) });
  return (
    <Panel title={t('publishKey.title')}>
      {make.data !== undefined ? (
        <PublishKeyFields publishKey={make.data} />
      ) : (
        <Stack gap="sm" align="flex-start">
          <span>{t('publishKey.newHint')}</span>
          <Button variant="default" loading={make.isPending} onClick={() => make.mutate(undefined)}>
            {t('publishKey.new')}
          </Button>
        </Stack>
      )}
    </Panel>
  );
}
