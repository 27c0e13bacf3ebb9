import { Button, Group, Modal, Select, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentView } from '#contracts/alerts';
import { SEVERITIES } from '#contracts/events';
import { NOTICE_CATEGORIES, type NoticeDraft, type NoticeView } from '#contracts/notices';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useAreas } from '../api/sector-queries.ts';
import { useAction } from '../api/use-action.ts';
import { useSession } from '../app/session.tsx';
import { Notice } from '../ui/notice.tsx';
import { NumberField } from '../ui/number-field.tsx';
import { roughPlace } from './incident-fields.ts';

const HOUR_MS = 3_600_000;
const HOURS = [2, 6, 12, 24, 48, 168] as const;
const NEAR_METRES = 1000;

/** What the public is to know: new, of an incident, or a change of what it was told. */
export function NoticeForm(props: {
  notice: NoticeView | null;
  /** Fills the form of a new one; the words are still to be chosen by whoever publishes. */
  incident?: IncidentView;
  onSaved: (notice: NoticeView) => void;
  onClose: () => void;
}) {
  const { notice, incident, onSaved, onClose } = props;
  const { t } = useTranslation(['incidents', 'app']);
  const api = useApi();
  const areas = useAreas();
  const { serverNow } = useSession();
  const current = areas.data?.filter(({ level, validToMs }) => level !== 'district' && validToMs === null) ?? [];
  const [fields, setFields] = useState(() => fieldsOf(notice, incident));
  const type = (change: Partial<typeof fields>): void => setFields((now) => ({ ...now, ...change }));
  const save = useAction({
    run: () => {
      const fromMs = notice?.fromMs ?? Math.round(serverNow());
      const { hours, latitude, longitude, metres, ...words } = fields;
      const circle = latitude === null || longitude === null ? null : { latitude, longitude, metres };
      const untilMs =
        hours === null && notice !== null ? notice.untilMs : Math.round(serverNow()) + (hours ?? 6) * HOUR_MS;
      const body = { ...words, circle, fromMs, untilMs };
      return notice === null
        ? api.notices.publish({ ...body, incidentId: incident?.id ?? null })
        : api.notices.change(notice.id, { ...body, version: notice.version });
    },
    after(saved) {
      onSaved(saved);
      onClose();
    },
  });
  const half = (fields.latitude === null) !== (fields.longitude === null);
  const nowhere = fields.areaCode === null && fields.latitude === null;
  const unfinished = [fields.title, fields.text, fields.areaName].some((text) => text.trim() === '');
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!unfinished && !half && !nowhere) save.mutate(undefined);
  }
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t(notice === null ? 'notices.create' : 'notices.edit')}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Notice kind="warn" title={t('notices.publicTitle')}>
            {t('notices.publicHint')}
          </Notice>
          <TextInput
            data-autofocus
            required
            label={t('notices.name')}
            maxLength={160}
            value={fields.title}
            onChange={(event) => type({ title: event.currentTarget.value })}
          />
          <Textarea
            required
            label={t('notices.text')}
            autosize
            minRows={3}
            maxLength={4000}
            value={fields.text}
            onChange={(event) => type({ text: event.currentTarget.value })}
          />
          <Textarea
            label={t('notices.instruction')}
            autosize
            minRows={2}
            maxLength={2000}
            value={fields.instruction}
            onChange={(event) => type({ instruction: event.currentTarget.value })}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Select
              label={t('notices.category')}
              allowDeselect={false}
              data={NOTICE_CATEGORIES.map((value) => ({ value, label: t(`notices.categories.${value}`) }))}
              value={fields.category}
              onChange={(value) => {
                const category = NOTICE_CATEGORIES.find((one) => one === value);
                if (category !== undefined) type({ category });
              }}
            />
            <Select
              label={t('severity')}
              allowDeselect={false}
              data={SEVERITIES.map((value) => ({ value, label: t(`app:severities.${value}`) }))}
              value={fields.severity}
              onChange={(value) => value !== null && type({ severity: value })}
            />
            <Select
              label={t('notices.area')}
              searchable
              clearable
              error={nowhere ? t('notices.nowhere') : undefined}
              data={current.map(({ code, name }) => ({ value: code, label: name }))}
              value={fields.areaCode}
              onChange={(areaCode) => {
                const name = areas.data?.find(({ code }) => code === areaCode)?.name;
                type({ areaCode, ...(fields.areaName === '' && name !== undefined ? { areaName: name } : {}) });
              }}
            />
            <TextInput
              required
              label={t('notices.areaName')}
              maxLength={200}
              value={fields.areaName}
              onChange={(event) => type({ areaName: event.currentTarget.value })}
            />
            <NumberField
              label={t('form.latitude')}
              hideControls
              decimalScale={6}
              min={-90}
              max={90}
              error={half ? t('form.both') : undefined}
              value={fields.latitude}
              onChange={(latitude) => type({ latitude })}
            />
            <NumberField
              label={t('form.longitude')}
              hideControls
              decimalScale={6}
              min={-180}
              max={180}
              value={fields.longitude}
              onChange={(longitude) => type({ longitude })}
            />
            <NumberField
              label={t('notices.metres')}
              min={50}
              max={200_000}
              value={fields.metres}
              onChange={(metres) => metres !== null && type({ metres })}
            />
            <Select
              label={t('notices.holds')}
              clearable={notice !== null}
              placeholder={t('notices.asBefore')}
              data={HOURS.map((hours) => ({ value: String(hours), label: t('notices.hours', { count: hours }) }))}
              value={fields.hours === null ? null : String(fields.hours)}
              onChange={(value) => type({ hours: HOURS.find((hours) => String(hours) === value) ?? null })}
            />
          </SimpleGrid>
          <TextInput
            label={t('notices.nameEn')}
            maxLength={160}
            value={fields.titleEn}
            onChange={(event) => type({ titleEn: event.currentTarget.value })}
          />
          <Textarea
            label={t('notices.textEn')}
            autosize
            minRows={2}
            maxLength={4000}
            error={(fields.titleEn === '') === (fields.textEn === '') ? undefined : t('notices.bothEn')}
            value={fields.textEn}
            onChange={(event) => type({ textEn: event.currentTarget.value })}
          />
          {save.error !== null && <ErrorNotice error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('app:common.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={unfinished || half || nowhere}>
              {t(notice === null ? 'notices.publish' : 'notices.republish')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

type Fields = Required<
  Pick<
    NoticeDraft,
    'title' | 'text' | 'instruction' | 'titleEn' | 'textEn' | 'category' | 'severity' | 'areaName' | 'areaCode'
  >
> & {
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly metres: number;
  /** `null`: as long as before. */
  readonly hours: (typeof HOURS)[number] | null;
};

function fieldsOf(notice: NoticeView | null, incident: IncidentView | undefined): Fields {
  const { title = '', text = '', instruction = '', titleEn = '', textEn = '' } = notice ?? {};
  const { latitude, longitude } =
    notice === null ? roughPlace(incident?.place ?? null) : (notice.circle ?? roughPlace(null));
  const metres = notice?.circle?.metres ?? NEAR_METRES;
  return {
    ...{ title, text, instruction, titleEn, textEn, metres, latitude, longitude },
    category: notice?.category ?? 'safety',
    severity: notice?.severity ?? incident?.severity ?? 'moderate',
    // Of the commune that is chosen: an incident may be called after whose house it is.
    areaName: notice?.areaName ?? '',
    areaCode: notice?.areaCode ?? null,
    hours: notice === null ? 6 : null,
  };
}
