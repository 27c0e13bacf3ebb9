import { Button, Group, Modal, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SEVERITIES } from '#contracts/events';
import type { MapPoint } from '#contracts/places';
import type { SectorView } from '#contracts/sectors';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAreas } from '../api/sector-queries.ts';
import { useAction } from '../api/use-action.ts';
import { useFieldError } from '../api/use-field-error.ts';
import { useSession } from '../app/session.tsx';
import { MapPanel } from '../map/map-panel.tsx';
import { useWords } from '../sectors/texts.ts';
import { fromLocalInput, toLocalInput } from '../ui/local-input.ts';
import { NumberField } from '../ui/number-field.tsx';
import { optionsFilter } from '../ui/options-filter.ts';
import classes from './queue.module.css';

/** Somebody has heard of something that no feed, rule or camera tells: by telephone, by radio, on the spot. */
export default function OpenEventDialog(props: {
  /** Those that whoever looks may act in; at least one. */
  sectors: readonly SectorView[];
  chosen: string | null;
  onOpened: (eventId: string) => void;
  onClose: () => void;
}) {
  const { sectors, chosen, onOpened, onClose } = props;
  const { t } = useTranslation(['sectors', 'app']);
  const words = useWords();
  const api = useApi();
  const queryClient = useQueryClient();
  const areas = useAreas();
  const { serverNow } = useSession();
  const [fields, setFields] = useState(() => ({
    ...{ sector: sectors.some(({ key }) => key === chosen) ? chosen : (sectors[0]?.key ?? null) },
    ...{ type: null as string | null, title: '', titleEn: '', detail: '', placeName: '' },
    ...{ severity: null as (typeof SEVERITIES)[number] | null, areaCode: null as string | null },
    ...{
      latitude: null as number | null,
      longitude: null as number | null,
      at: toLocalInput(serverNow()).slice(0, 16),
    },
  }));
  const change = (part: Partial<typeof fields>): void => setFields((now) => ({ ...now, ...part }));
  const sector = sectors.find(({ key }) => key === fields.sector);
  const { latitude, longitude } = fields;
  const place = latitude === null || longitude === null ? null : { latitude, longitude };
  const half = place === null && (latitude !== null || longitude !== null);
  const atMs = fromLocalInput(fields.at);
  const ready = sector !== undefined && fields.type !== null && fields.title.trim() !== '' && !half && atMs !== null;
  const open = useAction({
    run: () =>
      api.sectorEvents.open({
        ...{ sector: fields.sector ?? '', type: fields.type ?? '' },
        ...{ title: fields.title, titleEn: fields.titleEn, detail: fields.detail, areaCode: fields.areaCode },
        ...(fields.severity === null ? {} : { severity: fields.severity }),
        ...(atMs === null ? {} : { occurredMs: atMs }),
        place: place === null ? null : { ...place, name: fields.placeName },
      }),
    done: t('byHand.opened'),
    async after({ id }) {
      await queryClient.invalidateQueries({ queryKey: queryKeys.sectorEvents });
      onOpened(id);
    },
  });
  const fieldError = useFieldError(open.error);

  /** Most of what is told is what its type says; whoever knows more writes it over. */
  function chooseType(key: string | null): void {
    const before = sector?.eventTypes.find((one) => one.key === fields.type);
    const next = sector?.eventTypes.find((one) => one.key === key);
    const untouched = fields.title === '' || fields.title === before?.name.vi;
    change({
      ...{ type: key, severity: next?.severity ?? null },
      ...(untouched && next !== undefined ? { title: next.name.vi, titleEn: next.name.en } : {}),
    });
  }
  function choosePlace(point: MapPoint, areaCode: string | null): void {
    const [north, east] = [point.latitude, point.longitude].map((value) => Math.round(value * 1e6) / 1e6);
    change({ latitude: north ?? null, longitude: east ?? null, ...(areaCode === null ? {} : { areaCode }) });
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (ready) open.mutate(undefined);
  }
  const communes = areas.data?.filter(({ level, validToMs }) => level === 'commune' && validToMs === null) ?? [];
  return (
    <Modal
      opened
      size="xl"
      onClose={onClose}
      title={t('byHand.title')}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Select
              data-autofocus
              label={t('queue.sector')}
              required
              allowDeselect={false}
              data={sectors.map(({ key, name }) => ({ value: key, label: words(name) }))}
              value={fields.sector}
              onChange={(key) => change({ sector: key, type: null, severity: null })}
            />
            <Select
              label={t('byHand.type')}
              required
              searchable
              allowDeselect={false}
              filter={optionsFilter}
              data={sector?.eventTypes.map(({ key, name }) => ({ value: key, label: words(name) })) ?? []}
              error={fieldError('type')}
              value={fields.type}
              onChange={chooseType}
            />
            <TextInput
              label={t('byHand.name')}
              required
              maxLength={200}
              error={fieldError('title')}
              value={fields.title}
              onChange={(event) => change({ title: event.currentTarget.value })}
            />
            <TextInput
              label={t('byHand.nameEn')}
              maxLength={200}
              value={fields.titleEn}
              onChange={(event) => change({ titleEn: event.currentTarget.value })}
            />
            <Select
              label={t('byHand.severity')}
              placeholder={t('byHand.severityOfType')}
              clearable
              data={SEVERITIES.map((value) => ({ value, label: t(`app:severities.${value}`) }))}
              value={fields.severity}
              onChange={(severity) => change({ severity })}
            />
            <TextInput
              type="datetime-local"
              label={t('byHand.at')}
              required
              error={fieldError('occurredMs')}
              value={fields.at}
              onChange={(event) => change({ at: event.currentTarget.value })}
            />
          </SimpleGrid>
          <Textarea
            label={t('byHand.detail')}
            autosize
            minRows={2}
            maxLength={4000}
            value={fields.detail}
            onChange={(event) => change({ detail: event.currentTarget.value })}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Select
              label={t('byHand.area')}
              placeholder={t('area.province')}
              searchable
              clearable
              limit={200}
              filter={optionsFilter}
              data={communes.map(({ code, name }) => ({ value: code, label: name }))}
              error={fieldError('areaCode')}
              value={fields.areaCode}
              onChange={(areaCode) => change({ areaCode })}
            />
            <TextInput
              label={t('byHand.placeName')}
              maxLength={200}
              disabled={place === null}
              value={fields.placeName}
              onChange={(event) => change({ placeName: event.currentTarget.value })}
            />
          </SimpleGrid>
          <Text size="sm" c="dimmed">
            {t('byHand.mapHint')}
          </Text>
          <div className={classes.pickMap}>
            <MapPanel
              label={t('byHand.map')}
              chosen={fields.areaCode}
              onPoint={choosePlace}
              marks={
                place === null
                  ? []
                  : [
                      {
                        ...{ ...place, id: 'place', kind: 'event', title: fields.title || t('byHand.place') },
                        severity: fields.severity ?? 'moderate',
                      },
                    ]
              }
            />
          </div>
          <Group align="end" gap="sm">
            <NumberField
              label={t('byHand.latitude')}
              hideControls
              decimalScale={6}
              min={-90}
              max={90}
              error={half ? t('byHand.both') : undefined}
              value={latitude}
              onChange={(value) => change({ latitude: value })}
            />
            <NumberField
              label={t('byHand.longitude')}
              hideControls
              decimalScale={6}
              min={-180}
              max={180}
              value={longitude}
              onChange={(value) => change({ longitude: value })}
            />
            {(latitude !== null || longitude !== null) && (
              <Button variant="subtle" onClick={() => change({ latitude: null, longitude: null, placeName: '' })}>
                {t('byHand.noPlace')}
              </Button>
            )}
          </Group>
          {open.error !== null && <ErrorNotice error={open.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('app:common.cancel')}
            </Button>
            <Button type="submit" loading={open.isPending} disabled={!ready}>
              {t('byHand.open')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
