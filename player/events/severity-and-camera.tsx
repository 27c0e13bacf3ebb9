import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SEVERITIES } from '#contracts/severity';
import { useCameras } from '../api/queries.ts';
import { optionsFilter } from '../ui/options-filter.ts';
import type { EventFilter } from './event-filter.ts';

/** The two fields that narrow a list of events or alerts; they stand beside each other where the place lets them. */
export function SeverityAndCamera(props: { filter: EventFilter; onChange: (change: Partial<EventFilter>) => void }) {
  const { filter, onChange } = props;
  const { t } = useTranslation(['events', 'app']);
  const cameras = useCameras();
  return (
    <>
      <Select
        size="xs"
        aria-label={t('severity')}
        data={SEVERITIES.map((severity) => ({
          value: severity,
          label:
            severity === 'unknown' ? t('allSeverities') : t('atLeast', { severity: t(`app:severities.${severity}`) }),
        }))}
        value={filter.atLeast}
        allowDeselect={false}
        onChange={(atLeast) => atLeast !== null && onChange({ atLeast })}
      />
      <Select
        size="xs"
        aria-label={t('camera')}
        placeholder={t('allCameras')}
        data={cameras.data?.map((camera) => ({ value: camera.id, label: camera.name })) ?? []}
        value={filter.cameraId}
        searchable
        clearable
        limit={100}
        filter={optionsFilter}
        onChange={(cameraId) => onChange({ cameraId })}
      />
    </>
  );
}
