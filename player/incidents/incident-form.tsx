import { Button, Group, Modal, MultiSelect, Select, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertView, IncidentDetails } from '#contracts/alerts';
import { SEVERITIES, type Severity } from '#contracts/events';
import { isOpen } from '../alerts/alert-order.ts';
import { useAlertWords } from '../alerts/use-alert-words.ts';
import { useApi } from '../api/context.tsx';
import { ApiError } from '../api/error.ts';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useAlerts } from '../api/queries.ts';
import { queryKeys } from '../api/query-keys.ts';
import { Notice } from '../ui/notice.tsx';
import { useKeepIncident } from './use-incident.ts';

interface IncidentFormProps {
  /** `null` makes a new one. */
  readonly incident: IncidentDetails | null;
  readonly onSaved: (incident: IncidentDetails) => void;
  readonly onClose: () => void;
}

/** What an incident is called and about. Whoever saves an older version is shown that there is a newer one. */
export function IncidentForm({ incident, onSaved, onClose }: IncidentFormProps) {
  const { t } = useTranslation(['incidents', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const keep = useKeepIncident();
  const [title, setTitle] = useState(incident?.title ?? '');
  const [description, setDescription] = useState(incident?.description ?? '');
  const [severity, setSeverity] = useState<Severity>(incident?.severity ?? 'moderate');
  const [place, setPlace] = useState(incident?.place?.name ?? '');
  const [latitude, setLatitude] = useState(incident?.place?.latitude?.toString() ?? '');
  const [longitude, setLongitude] = useState(incident?.place?.longitude?.toString() ?? '');
  const [leadId, setLeadId] = useState(incident?.lead?.id ?? null);
  const [alertIds, setAlertIds] = useState<string[]>([]);
  const [north, east] = [degrees(latitude), degrees(longitude)];
  const halfPosition = (north === null) !== (east === null);
  const people = peopleOf(incident);
  const save = useMutation({
    mutationFn: () => {
      const body = {
        title: title.trim(),
        description: description.trim(),
        severity,
        place: place.trim() === '' && north === null ? null : { name: place.trim(), latitude: north, longitude: east },
      };
      return incident === null
        ? api.incidents.create({ ...body, alertIds })
        : api.incidents.change(incident.id, { ...body, leadId, version: incident.version });
    },
    onSuccess(saved) {
      keep(saved);
      onSaved(saved);
      onClose();
    },
    onError(error) {
      if (incident === null || !isConflict(error)) return;
      void queryClient.invalidateQueries({ queryKey: queryKeys.incident(incident.id) });
    },
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (title.trim() !== '' && !halfPosition) save.mutate();
  }
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t(incident === null ? 'form.create' : 'form.edit')}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            data-autofocus
            required
            label={t('name')}
            maxLength={200}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <Textarea
            label={t('description')}
            autosize
            minRows={3}
            maxLength={4000}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Select
              label={t('severity')}
              allowDeselect={false}
              data={SEVERITIES.map((value) => ({ value, label: t(`app:severities.${value}`) }))}
              value={severity}
              onChange={(value) => value !== null && setSeverity(value)}
            />
            {incident !== null && (
              <Select
                label={t('lead')}
                placeholder={t('noLead')}
                clearable
                data={people.map(({ id, name }) => ({ value: id, label: name }))}
                value={leadId}
                onChange={setLeadId}
              />
            )}
          </SimpleGrid>
          <TextInput
            label={t('form.placeName')}
            maxLength={200}
            value={place}
            onChange={(event) => setPlace(event.currentTarget.value)}
          />
          <SimpleGrid cols={2}>
            <TextInput
              label={t('form.latitude')}
              inputMode="decimal"
              placeholder="10.3860"
              error={halfPosition ? t('form.both') : undefined}
              value={latitude}
              onChange={(event) => setLatitude(event.currentTarget.value)}
            />
            <TextInput
              label={t('form.longitude')}
              inputMode="decimal"
              placeholder="105.4350"
              value={longitude}
              onChange={(event) => setLongitude(event.currentTarget.value)}
            />
          </SimpleGrid>
          {incident === null && <FromAlerts chosen={alertIds} onChange={setAlertIds} />}
          {save.error !== null &&
            (isConflict(save.error) ? (
              <Notice kind="warn" title={t('form.changed')}>
                {t('form.changedHint')}
              </Notice>
            ) : (
              <ErrorNotice error={save.error} />
            ))}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('app:common.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={title.trim() === '' || halfPosition}>
              {t(incident === null ? 'form.submitCreate' : 'form.submitSave')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function FromAlerts({ chosen, onChange }: { chosen: string[]; onChange: (ids: string[]) => void }) {
  const { t } = useTranslation('incidents');
  const alerts = useAlerts(true);
  const { sentence } = useAlertWords();
  const free = alerts.data?.filter((alert: AlertView) => isOpen(alert) && alert.incidentId === null) ?? [];
  if (free.length === 0) return null;
  return (
    <MultiSelect
      label={t('form.alerts')}
      description={t('form.alertsHint')}
      searchable
      data={free.map((alert) => ({ value: alert.id, label: `#${alert.number} · ${sentence(alert)}` }))}
      value={chosen}
      onChange={onChange}
    />
  );
}

/** Those who take part, and whoever leads it now. */
function peopleOf(incident: IncidentDetails | null): IncidentDetails['people'] {
  if (incident === null) return [];
  const { people, lead, openedBy } = incident;
  const all = [...people, openedBy, ...(lead === null ? [] : [lead])];
  return [...new Map(all.map((person) => [person.id, person])).values()];
}

function degrees(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.kind === 'conflict';
}
