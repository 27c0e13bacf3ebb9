import { Button, Group, Stack, Text } from '@mantine/core';
import {
  IconBroadcast,
  IconCameraCog,
  IconDeviceMobile,
  IconFileImport,
  IconMovie,
  IconPhoto,
  IconPlayerPlay,
  IconRadar2,
  IconVideo,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearchParams } from 'wouter';
import { type CameraKind, publishes } from '#contracts/camera';
import type { CameraCreated } from '#contracts/http';
import { putCamera } from '../../api/camera-cache.ts';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { useFieldError } from '../../api/use-field-error.ts';
import { useUnsaved } from '../../app/leave-guard-provider.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { CameraAdded } from './camera-added.tsx';
import { IdentityFields, MoreFields } from './camera-fields.tsx';
import { type CameraForm, draftOf, emptyForm, hasAddress, sourceOf } from './camera-form.ts';
import classes from './choices.module.css';
import { Choice } from './first-camera.tsx';
import { ProbePanel } from './probe-panel.tsx';
import { SourceFields } from './source-fields.tsx';
import { useProbe } from './use-probe.ts';

const TYPED_WAYS = ['onvif', 'rtsp', 'rtmp', 'phone', 'http', 'virtual'] as const satisfies readonly CameraKind[];

/** Adding a camera: the way, the form, the test, saving, and on to the wall. */
export default function AddCameraPage() {
  const [parameters] = useSearchParams();
  const kind = TYPED_WAYS.find((way) => way === parameters.get('way'));
  const [added, setAdded] = useState<CameraCreated | null>(null);
  if (added !== null) return <CameraAdded {...added} another={() => setAdded(null)} />;
  if (kind === undefined) return <WayPage />;
  return <FormPage kind={kind} key={kind} onAdded={setAdded} />;
}

function WayPage() {
  const { t } = useTranslation('admin');
  const way = (kind: (typeof TYPED_WAYS)[number]): string => `/admin/cameras/new?way=${kind}`;
  return (
    <Page title={t('cameras.add')} hint={t('ways.hint')}>
      <div className={classes.choices}>
        <Choice
          href="/admin/cameras/discover"
          icon={IconRadar2}
          title={t('ways.discover')}
          hint={t('ways.discoverHint')}
        />
        <Choice href={way('onvif')} icon={IconCameraCog} title={t('ways.onvif')} hint={t('ways.onvifHint')} />
        <Choice href={way('rtsp')} icon={IconVideo} title={t('ways.rtsp')} hint={t('ways.rtspHint')} />
        <Choice href={way('rtmp')} icon={IconBroadcast} title={t('ways.rtmp')} hint={t('ways.rtmpHint')} />
        <Choice href={way('phone')} icon={IconDeviceMobile} title={t('ways.phone')} hint={t('ways.phoneHint')} />
        <Choice href={way('http')} icon={IconPhoto} title={t('ways.http')} hint={t('ways.httpHint')} />
        <Choice href={way('virtual')} icon={IconMovie} title={t('ways.virtual')} hint={t('ways.virtualHint')} />
        <Choice href="/admin/cameras/import" icon={IconFileImport} title={t('ways.csv')} hint={t('ways.csvHint')} />
      </div>
    </Page>
  );
}

function FormPage({ kind, onAdded }: { kind: CameraKind; onAdded: (added: CameraCreated) => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const [form, setForm] = useState(() => emptyForm(kind));
  const [touched, setTouched] = useState(false);
  const probe = useProbe();
  const change = (part: Partial<CameraForm>): void => {
    setTouched(true);
    setForm((now) => ({ ...now, ...part }));
  };
  const save = useMutation({
    mutationFn: () => api.cameras.create(draftOf(form)),
    onSuccess(added) {
      putCamera(queryClient, added.camera);
      onAdded(added);
    },
  });
  useUnsaved(touched && !save.isSuccess);
  const fieldError = useFieldError(save.error ?? probe.error);
  const result = probe.resultFor(sourceOf(form));
  const testable = !publishes({ kind });
  const proven = !testable || result?.ok === true;

  async function test(): Promise<void> {
    try {
      const { result: found } = await probe.run(sourceOf(form));
      // A device that says what it is saves typing; what was typed stays.
      if (found.ok && form.name === '' && found.model !== '') change({ name: `${found.make} ${found.model}`.trim() });
    } catch {
      // The panel shows `probe.error`.
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }

  return (
    <Page title={t(`ways.${kind}`)} hint={t('ways.formHint')}>
      <form onSubmit={submit} className={`${classes.split} ${classes.testFirst}`}>
        <Stack gap="md">
          <Panel title={t('source.title')}>
            {kind === 'rtmp' || kind === 'phone' ? (
              <Text c="dimmed">{t(`ways.${kind}Steps`)}</Text>
            ) : (
              <SourceFields form={form} change={change} fieldError={fieldError} hasPassword={false} />
            )}
          </Panel>
          <Panel title={t('cameras.identity')}>
            <IdentityFields form={form} change={change} fieldError={fieldError} />
          </Panel>
          <details className={classes.more}>
            <summary>{t('cameras.more')}</summary>
            <MoreFields form={form} change={change} fieldError={fieldError} />
          </details>
        </Stack>
        <Stack gap="md" className={classes.beside}>
          {testable && (
            <div className={classes.probe}>
              <ProbePanel
                leading
                running={probe.running}
                result={result}
                error={probe.error}
                disabled={!hasAddress(form)}
                start={() => void test()}
                stop={probe.stop}
              />
            </div>
          )}
          {save.error !== null && <ErrorNotice error={save.error} />}
          <Group>
            <Button
              type="submit"
              variant={proven ? 'filled' : 'default'}
              loading={save.isPending}
              disabled={form.name.trim() === '' || (testable && !hasAddress(form))}
              leftSection={proven ? <IconPlayerPlay size={16} /> : undefined}
            >
              {proven ? t('app:common.save') : t('cameras.saveAnyway')}
            </Button>
            <Button variant="subtle" color="gray" onClick={() => navigate('/admin/cameras')}>
              {t('app:common.cancel')}
            </Button>
          </Group>
          {!proven && <Text c="dimmed">{t('cameras.saveAnywayHint')}</Text>}
        </Stack>
      </form>
    </Page>
  );
}
