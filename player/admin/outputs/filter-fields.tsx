import { Checkbox, Fieldset, MultiSelect, Select, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { EVENT_TYPES, type EventType } from '#contracts/events';
import { ALERT_CHANGES, type OutputFilter } from '#contracts/outputs';
import { SEVERITIES } from '#contracts/severity';
import { useCameras } from '../../api/queries.ts';
import { cameraLabel } from '../../ui/camera-label.ts';
import { optionsFilter } from '../../ui/options-filter.ts';
import { useGroupTree } from '../use-group-tree.ts';
import { sendsSomething } from './output-form.ts';

type Short<T extends EventType> = T extends `vn.tamnhin.${infer Rest}` ? Rest : never;

/** A type of event as an administrator calls it. */
export function useTypeWords(): (type: EventType) => string {
  const { t } = useTranslation('admin');
  return (type) => t(`outputs.typeNames.${type.slice('vn.tamnhin.'.length) as Short<EventType>}`);
}

/** What an output sends. */
export function FilterFields(props: { filter: OutputFilter; change: (filter: OutputFilter) => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const typeWords = useTypeWords();
  const cameras = useCameras();
  const groups = useGroupTree();
  const { filter } = props;
  const set = (part: Partial<OutputFilter>): void => props.change({ ...filter, ...part });
  return (
    <Fieldset legend={t('outputs.filter')}>
      <Stack gap="md">
        <Checkbox.Group
          label={t('outputs.alerts')}
          value={[...filter.alerts]}
          onChange={(chosen) => set({ alerts: ALERT_CHANGES.filter((change) => chosen.includes(change)) })}
        >
          <Stack gap="xs" mt={6}>
            {ALERT_CHANGES.map((change) => (
              <Checkbox key={change} value={change} label={t(`outputs.alertChanges.${change}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Checkbox
          label={t('outputs.incidents')}
          checked={filter.incidents}
          onChange={(event) => set({ incidents: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('outputs.events')}
          checked={filter.events}
          onChange={(event) => set({ events: event.currentTarget.checked })}
        />
        {filter.events && (
          <MultiSelect
            label={t('outputs.types')}
            placeholder={filter.types.length === 0 ? t('outputs.allTypes') : ''}
            data={EVENT_TYPES.map((type) => ({ value: type, label: typeWords(type) }))}
            value={[...filter.types]}
            searchable
            clearable
            filter={optionsFilter}
            nothingFoundMessage={t('nothingFound')}
            onChange={(chosen) => set({ types: EVENT_TYPES.filter((type) => chosen.includes(type)) })}
          />
        )}
        <Select
          label={t('outputs.severity')}
          data={SEVERITIES.map((severity) => ({ value: severity, label: t(`app:severities.${severity}`) }))}
          value={filter.severity}
          allowDeselect={false}
          onChange={(value) => set({ severity: SEVERITIES.find((one) => one === value) ?? 'unknown' })}
        />
        <MultiSelect
          label={t('outputs.groups')}
          placeholder={filter.groupIds.length + filter.cameraIds.length === 0 ? t('outputs.allCameras') : ''}
          data={groups.map(({ group, path }) => ({ value: group.id, label: path }))}
          value={[...filter.groupIds]}
          searchable
          clearable
          filter={optionsFilter}
          nothingFoundMessage={t('nothingFound')}
          onChange={(groupIds) => set({ groupIds })}
        />
        <MultiSelect
          label={t('outputs.cameras')}
          placeholder={filter.groupIds.length + filter.cameraIds.length === 0 ? t('outputs.allCameras') : ''}
          data={(cameras.data ?? []).map((camera) => ({ value: camera.id, label: cameraLabel(camera) }))}
          value={[...filter.cameraIds]}
          searchable
          clearable
          limit={200}
          filter={optionsFilter}
          nothingFoundMessage={t('nothingFound')}
          onChange={(cameraIds) => set({ cameraIds })}
        />
        {!sendsSomething(filter) && (
          <Text size="sm" c="red" role="alert">
            {t('outputs.needsSomething')}
          </Text>
        )}
      </Stack>
    </Fieldset>
  );
}
