import { Checkbox, NumberInput, Select, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CAMERA_CLASSES } from '#contracts/camera';
import { GroupSelect } from '../group-select.tsx';
import type { CameraForm } from './camera-form.ts';

/** What the camera is called and where it belongs. */
export function IdentityFields(props: {
  form: CameraForm;
  change: (change: Partial<CameraForm>) => void;
  fieldError: (path: string) => string | undefined;
}) {
  const { t } = useTranslation(['admin', 'app']);
  const { form, change, fieldError } = props;
  return (
    <Stack gap="md">
      <TextInput
        label={t('cameras.name')}
        placeholder={t('cameras.nameExample')}
        required
        maxLength={120}
        error={fieldError('name')}
        value={form.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput
          label={t('cameras.number')}
          description={t('cameras.numberHint')}
          min={1}
          max={999_999}
          allowDecimal={false}
          hideControls
          error={fieldError('number')}
          value={form.number}
          onChange={(value) => change({ number: numberOrNothing(value) })}
        />
        <Select
          label={t('cameras.class')}
          description={t('cameras.classHint')}
          allowDeselect={false}
          data={CAMERA_CLASSES.map((value) => ({ value, label: t(`classes.${value}`) }))}
          value={form.class}
          onChange={(value) => value !== null && change({ class: value })}
        />
      </SimpleGrid>
      <GroupSelect
        label={t('cameras.group')}
        value={form.groupId}
        error={fieldError('groupId')}
        onChange={(groupId) => change({ groupId })}
      />
    </Stack>
  );
}

/** Place, purpose and how it runs: what a first camera can do without. */
export function MoreFields(props: {
  form: CameraForm;
  change: (change: Partial<CameraForm>) => void;
  fieldError: (path: string) => string | undefined;
}) {
  const { t } = useTranslation(['admin', 'app']);
  const { form, change, fieldError } = props;
  const place = [
    { key: 'latitude', min: -90, max: 90 },
    { key: 'longitude', min: -180, max: 180 },
    { key: 'heading', min: 0, max: 359 },
    { key: 'fieldOfView', min: 1, max: 360 },
  ] as const;
  return (
    <Stack gap="md">
      <SimpleGrid cols={2}>
        {place.map(({ key, min, max }) => (
          <NumberInput
            key={key}
            label={t(`place.${key}`)}
            description={t(`place.${key}Hint`)}
            min={min}
            max={max}
            decimalScale={6}
            hideControls
            error={fieldError(`place.${key}`)}
            value={form[key]}
            onChange={(value) => change({ [key]: numberOrNothing(value) })}
          />
        ))}
      </SimpleGrid>
      <TextInput
        label={t('cameras.purpose')}
        description={t('cameras.purposeHint')}
        maxLength={500}
        error={fieldError('purpose')}
        value={form.purpose}
        onChange={(event) => change({ purpose: event.currentTarget.value })}
      />
      <Textarea
        label={t('cameras.notice')}
        description={t('cameras.noticeHint')}
        maxLength={1000}
        minRows={2}
        autosize
        error={fieldError('notice')}
        value={form.notice}
        onChange={(event) => change({ notice: event.currentTarget.value })}
      />
      <TextInput
        label={t('cameras.certificate')}
        description={t('cameras.certificateHint')}
        maxLength={100}
        error={fieldError('certificate')}
        value={form.certificate}
        onChange={(event) => change({ certificate: event.currentTarget.value })}
      />
      <Checkbox
        label={t('cameras.alwaysMain')}
        description={t('cameras.alwaysMainHint')}
        checked={form.mainStream === 'always'}
        onChange={(event) => change({ mainStream: event.currentTarget.checked ? 'always' : 'onDemand' })}
      />
      <Checkbox
        label={t('cameras.enabled')}
        description={t('cameras.enabledHint')}
        checked={form.enabled}
        onChange={(event) => change({ enabled: event.currentTarget.checked })}
      />
    </Stack>
  );
}

function numberOrNothing(value: number | string): number | '' {
  return typeof value === 'number' ? value : '';
}
