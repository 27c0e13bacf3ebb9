import { Button, Group, Modal, MultiSelect, Select, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertView, IncidentDetails } from '#contracts/alerts';
import { SEVERITIES } from '#contracts/severity';
import { isOpen } from '../alerts/alert-order.ts';
import { useAlertWords } from '../alerts/use-alert-words.ts';
import { useApi } from '../api/context.tsx';
import { ApiError } from '../api/error.ts';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useAlerts } from '../api/queries.ts';
import { Notice } from '../ui/notice.tsx';
import { fieldsOf, type IncidentFields, rebased } from './incident-fields.ts';
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
  const keep = useKeepIncident();
  // The version that the fields were filled from, not the one that is shown behind the form.
  const [base, setBase] = useState(incident);
  const [fields, setFields] = useState<IncidentFields>(() => fieldsOf(incident));
  const type = (change: Partial<IncidentFields>): void => setFields((now) => ({ ...now, ...change }));
  const { title, description, severity, place, latitude, longitude, leadId } = fields;
  const [alertIds, setAlertIds] = useState<string[]>([]);
  const [north, east] = [degrees(latitude), degrees(longitude)];
  const halfPosition = (north === null) !== (east === null);
  const people = peopleOf(base);
  const save = useMutation({
    mutationFn: () => {
      const body = {
        title: title.trim(),
        description: description.trim(),
        severity,
        place: place.trim() === '' && north === null ? null : { name: place.trim(), latitude: north, longitude: east },
      };
      return base === null
        ? api.incidents.create({ ...body, alertIds })
        : api.incidents.change(base.id, { ...body, leadId, version: base.version });
    },
    onSuccess(saved) {
      keep(saved);
      onSaved(saved);
      onClose();
    },
    async onError(error) {
      if (base === null || !isConflict(error)) return;
      // Where it cannot be fetched, the next saving is refused as well: nothing of theirs is overwritten unseen.
      const newest = await api.incidents.get(base.id).catch(() => null);
      if (newest === null) return;
      keep(newest);
      setFields((now) => rebased(now, fieldsOf(base), fieldsOf(newest)));
      setBase(newest);
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
            onChange={(event) => type({ title: event.currentTarget.value })}
          />
          <Textarea
            label={t('description')}
            autosize
            minRows={3}
            maxLength={4000}
            value={description}
            onChange={(event) => type({ description: event.currentTarget.value })}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Select
              label={t('severity')}
              allowDeselect={false}
              data={SEVERITIES.map((value) => ({ value, label: t(`app:severities.${value}`) }))}
              value={severity}
              onChange={(value) => value !== null && type({ severity: value })}
            />
            {incident !== null && (
              <Select
                label={t('lead')}
                placeholder={t('noLead')}
                clearable
                data={people.map(({ id, name }) => ({ value: id, label: name }))}
                value={leadId}
                onChange={(value) => type({ leadId: value })}
              />
            )}
          </SimpleGrid>
          <TextInput
            label={t('form.placeName')}
            maxLength={200}
            value={place}
            onChange={(event) => type({ place: event.currentTarget.value })}
          />
          <SimpleGrid cols={2}>
            <TextInput
              label={t('form.latitude')}
              inputMode="decimal"
              placeholder="10.3860"
              error={halfPosition ? t('form.both') : undefined}
              value={latitude}
              onChange={(event) => type({ latitude: event.currentTarget.value })}
            />
            <TextInput
              label={t('form.longitude')}
              inputMode="decimal"
              placeholder="105.4350"
              value={longitude}
              onChange={(event) => type({ longitude: event.currentTarget.value })}
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
