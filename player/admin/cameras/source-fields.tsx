import { Checkbox, NumberInput, PasswordInput, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { RTSP_TRANSPORTS, SCENES } from '#contracts/camera';
import type { CameraForm } from './camera-form.ts';

interface FieldsProps {
  readonly form: CameraForm;
  readonly change: (change: Partial<CameraForm>) => void;
  readonly fieldError: (path: string) => string | undefined;
  /** Is a password stored for this camera already? */
  readonly hasPassword: boolean;
}

/** How the camera is reached: the fields of the chosen way. */
export function SourceFields(props: FieldsProps) {
  switch (props.form.kind) {
    case 'rtsp':
      return <RtspFields {...props} />;
    case 'onvif':
      return <OnvifFields {...props} />;
    case 'http':
      return <HttpFields {...props} />;
    case 'virtual':
      return <VirtualFields {...props} />;
    case 'rtmp':
    case 'phone':
      return null;
  }
}

function RtspFields(props: FieldsProps) {
  const { t } = useTranslation('admin');
  const { form, change, fieldError } = props;
  return (
    <Stack gap="md">
      <TextInput
        label={t('source.mainUrl')}
        description={t('source.mainUrlHint')}
        placeholder="rtsp://10.0.0.8:554/stream1"
        required
        spellCheck={false}
        autoComplete="off"
        error={fieldError('source.mainUrl')}
        value={form.mainUrl}
        onChange={(event) => change({ mainUrl: event.currentTarget.value })}
      />
      <TextInput
        label={t('source.subUrl')}
        description={t('source.subUrlHint')}
        placeholder="rtsp://10.0.0.8:554/stream2"
        spellCheck={false}
        autoComplete="off"
        error={fieldError('source.subUrl')}
        value={form.subUrl}
        onChange={(event) => change({ subUrl: event.currentTarget.value })}
      />
      <LoginFields {...props} />
      <TransportField {...props} />
    </Stack>
  );
}

function OnvifFields(props: FieldsProps) {
  const { t } = useTranslation('admin');
  const { form, change, fieldError } = props;
  return (
    <Stack gap="md">
      <TextInput
        label={t('source.deviceUrl')}
        description={t('source.deviceUrlHint')}
        placeholder="10.0.0.8"
        required
        spellCheck={false}
        autoComplete="off"
        error={fieldError('source.deviceUrl')}
        value={form.deviceUrl}
        onChange={(event) => change({ deviceUrl: event.currentTarget.value })}
      />
      <LoginFields {...props} />
      <Checkbox
        label={t('source.noAuthentication')}
        description={t('source.noAuthenticationHint')}
        checked={form.authentication === 'none'}
        onChange={(event) => change({ authentication: event.currentTarget.checked ? 'none' : 'password' })}
      />
      <TransportField {...props} />
    </Stack>
  );
}

function HttpFields(props: FieldsProps) {
  const { t } = useTranslation('admin');
  const { form, change, fieldError } = props;
  return (
    <Stack gap="md">
      <TextInput
        label={t('source.url')}
        placeholder="http://10.0.0.8/mjpg/video.mjpg"
        required
        spellCheck={false}
        autoComplete="off"
        error={fieldError('source.url')}
        value={form.url}
        onChange={(event) => change({ url: event.currentTarget.value })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label={t('source.format')}
          allowDeselect={false}
          data={[
            { value: 'mjpeg', label: t('source.mjpeg') },
            { value: 'jpeg', label: t('source.jpeg') },
          ]}
          value={form.format}
          onChange={(format) => change({ format: format === 'jpeg' ? 'jpeg' : 'mjpeg' })}
        />
        {form.format === 'jpeg' && (
          <NumberInput
            label={t('source.interval')}
            min={200}
            max={60_000}
            step={100}
            error={fieldError('source.intervalMs')}
            value={form.intervalMs}
            onChange={(value) => change({ intervalMs: typeof value === 'number' ? value : '' })}
          />
        )}
      </SimpleGrid>
      <LoginFields {...props} />
    </Stack>
  );
}

function VirtualFields({ form, change }: FieldsProps) {
  const { t } = useTranslation('admin');
  return (
    <Select
      label={t('source.scene')}
      allowDeselect={false}
      data={SCENES.map((scene) => ({ value: scene, label: t(`scenes.${scene}`) }))}
      value={form.scene}
      onChange={(scene) => scene !== null && change({ scene })}
    />
  );
}

function LoginFields({ form, change, fieldError, hasPassword }: FieldsProps) {
  const { t } = useTranslation(['admin', 'app']);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <TextInput
        label={t('source.username')}
        spellCheck={false}
        // Not the person's own login: the browser must neither fill it in nor offer to keep it.
        autoComplete="off"
        error={fieldError('source.username')}
        value={form.username}
        onChange={(event) => change({ username: event.currentTarget.value })}
      />
      <PasswordInput
        label={t('source.password')}
        autoComplete="new-password"
        placeholder={hasPassword && form.password === null ? t('source.passwordKept') : ''}
        visibilityToggleButtonProps={{ 'aria-label': t('app:signIn.showPassword') }}
        error={fieldError('source.password')}
        value={form.password ?? ''}
        onChange={(event) => change({ password: event.currentTarget.value === '' ? null : event.currentTarget.value })}
      />
      {hasPassword && (
        <Checkbox
          label={t('source.passwordRemove')}
          checked={form.password === ''}
          onChange={(event) => change({ password: event.currentTarget.checked ? '' : null })}
        />
      )}
    </SimpleGrid>
  );
}

function TransportField({ form, change }: FieldsProps) {
  const { t } = useTranslation('admin');
  return (
    <Select
      label={t('source.transport')}
      description={t('source.transportHint')}
      allowDeselect={false}
      data={RTSP_TRANSPORTS.map((transport) => ({ value: transport, label: transport.toUpperCase() }))}
      value={form.transport}
      onChange={(transport) => transport !== null && change({ transport })}
    />
  );
}
