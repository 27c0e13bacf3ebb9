import { Select, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CAMERA_CLASSES } from '#contracts/camera';
import type { PolicyTarget } from '#contracts/recordings';
import { useCameras } from '../../api/queries.ts';
import { cameraLabel } from '../../ui/camera-label.ts';
import { optionsFilter } from '../../ui/options-filter.ts';
import { GroupSelect } from '../group-select.tsx';
import { useMayConfigureAll } from './use-may-configure-all.ts';

const KINDS = ['all', 'class', 'group', 'camera'] as const;
export type TargetKind = (typeof KINDS)[number];

/** What a new policy is for; `null` while the group or the camera is still to be chosen. */
export function TargetFields(props: {
  kind: TargetKind;
  target: PolicyTarget | null;
  change: (kind: TargetKind, target: PolicyTarget | null) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation(['admin', 'app']);
  const cameras = useCameras();
  const mayConfigureAll = useMayConfigureAll();
  const { kind, target, change } = props;
  return (
    <Stack gap="sm">
      <Select
        label={t('recording.target')}
        allowDeselect={false}
        data={KINDS.filter((value) => mayConfigureAll || value === 'camera').map((value) => ({
          value,
          label: t(`recording.targets.${value}`),
        }))}
        value={kind}
        onChange={(value) => {
          const next = KINDS.find((one) => one === value) ?? kind;
          change(next, firstOf(next));
        }}
      />
      {kind === 'class' && (
        <Select
          label={t('recording.targets.class')}
          allowDeselect={false}
          data={CAMERA_CLASSES.map((value) => ({ value, label: t(`classes.${value}`) }))}
          value={target?.kind === 'class' ? target.class : null}
          onChange={(value) => {
            const found = CAMERA_CLASSES.find((one) => one === value);
            if (found !== undefined) change(kind, { kind, class: found });
          }}
        />
      )}
      {kind === 'group' && (
        <Stack gap={4}>
          <GroupSelect
            label={t('recording.targets.group')}
            placeholder={t('recording.chooseGroup')}
            value={target?.kind === 'group' ? target.groupId : null}
            error={props.error}
            onChange={(groupId) => change(kind, groupId === null ? null : { kind, groupId })}
          />
          <Text size="sm" c="dimmed">
            {t('recording.groupHint')}
          </Text>
        </Stack>
      )}
      {kind === 'camera' && (
        <Select
          label={t('recording.targets.camera')}
          placeholder={t('recording.chooseCamera')}
          searchable
          limit={100}
          nothingFoundMessage={t('nothingFound')}
          data={(cameras.data ?? []).map((camera) => ({ value: camera.id, label: cameraLabel(camera) }))}
          filter={optionsFilter}
          value={target?.kind === 'camera' ? target.cameraId : null}
          onChange={(cameraId) => change(kind, cameraId === null ? null : { kind, cameraId })}
        />
      )}
    </Stack>
  );
}

function firstOf(kind: TargetKind): PolicyTarget | null {
  if (kind === 'all') return { kind };
  return kind === 'class' ? { kind, class: CAMERA_CLASSES[0] } : null;
}
