import { Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportAct, ReportView } from '#contracts/reports';
import { useUnits } from '../api/sector-queries.ts';
import { useWords } from '../sectors/texts.ts';
import { fromLocalInput, toLocalInput } from '../ui/local-input.ts';
import { optionsFilter } from '../ui/options-filter.ts';
import { useReportServices } from './use-reports.ts';

export type AskedAct = Exclude<ReportAct['act'], 'merge' | 'start'>;

const LEAST = 3;
const DAY_MS = 86_400_000;

/** What must be said with an act, and nothing can be done without. `report`: `null` for many at once. */
export function ActDialog(props: {
  act: AskedAct;
  report: ReportView | null;
  busy: boolean;
  onSubmit: (act: ReportAct) => void;
  onClose: () => void;
}) {
  const { act, report } = props;
  const { t } = useTranslation(['reports', 'app']);
  const words = useWords();
  const units = useUnits(act === 'assign');
  const services = useReportServices();
  const own = services.data?.find(({ code }) => code === report?.service);
  const [text, setText] = useState(act === 'verify' ? (report?.text ?? '') : '');
  const [unitId, setUnitId] = useState(report?.unitId ?? own?.unitId ?? null);
  const [service, setService] = useState<string | null>(null);
  const [until, setUntil] = useState(toLocalInput((report?.dueMs ?? Date.now()) + DAY_MS).slice(0, 16));
  const asked = textOf(act);
  const needed = act === 'reject' || act === 'answer' || act === 'reopen' || act === 'extend' || act === 'note';
  const untilMs = fromLocalInput(until);
  const ready =
    (!needed || text.trim().length >= LEAST) &&
    (act !== 'assign' || unitId !== null) &&
    (act !== 'changeService' || service !== null) &&
    (act !== 'extend' || untilMs !== null);

  function said(): ReportAct {
    const words = text.trim();
    switch (act) {
      case 'verify':
        return { act, publicText: report === null ? '' : words };
      case 'assign':
        return { act, unitId: unitId ?? '', text: words };
      case 'extend':
        return { act, untilMs: untilMs ?? 0, text: words };
      case 'changeService':
        return { act, service: service ?? '' };
      case 'close':
        return { act };
      default:
        return { act, text: words };
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!ready || props.busy) return;
    props.onSubmit(said());
  }

  return (
    <Modal
      opened
      onClose={props.onClose}
      title={report === null ? t(`acts.${act}`) : `${t(`acts.${act}`)} #${report.number}`}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {act === 'assign' && (
            <Select
              data-autofocus
              required
              searchable
              limit={100}
              label={t('unit')}
              placeholder={t('dialog.chooseUnit')}
              filter={optionsFilter}
              data={
                units.data
                  ?.filter(({ validToMs }) => validToMs === null)
                  .map(({ id, name }) => ({ value: id, label: name })) ?? []
              }
              value={unitId}
              onChange={setUnitId}
            />
          )}
          {act === 'changeService' && (
            <Select
              data-autofocus
              required
              searchable
              limit={100}
              label={t('service')}
              placeholder={t('dialog.chooseService')}
              filter={optionsFilter}
              data={services.data?.map(({ code, name }) => ({ value: code, label: words(name) })) ?? []}
              value={service}
              onChange={setService}
            />
          )}
          {act === 'extend' && (
            <TextInput
              type="datetime-local"
              required
              label={t('dialog.until')}
              value={until}
              onChange={(event) => setUntil(event.currentTarget.value)}
            />
          )}
          {act === 'close' && <Text>{t('dialog.close')}</Text>}
          {act === 'verify' && report === null && <Text>{t('dialog.verifyMany')}</Text>}
          {asked !== null && !(act === 'verify' && report === null) && (
            <Textarea
              data-autofocus={act === 'assign' ? undefined : true}
              required={needed}
              label={t(asked.label)}
              {...(asked.hint === null ? {} : { description: t(asked.hint) })}
              autosize
              minRows={3}
              maxRows={12}
              maxLength={act === 'answer' || act === 'verify' ? 4000 : 2000}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t('app:common.cancel')}
            </Button>
            <Button type="submit" disabled={!ready} loading={props.busy}>
              {t(`acts.${act}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function textOf(act: AskedAct) {
  switch (act) {
    case 'verify':
      return { label: 'dialog.verifyText', hint: 'dialog.verifyHint' } as const;
    case 'reject':
    case 'reopen':
      return { label: 'dialog.reason', hint: 'dialog.reasonShown' } as const;
    case 'extend':
      return { label: 'dialog.reason', hint: 'dialog.extendHint' } as const;
    case 'assign':
      return { label: 'dialog.words', hint: null } as const;
    case 'note':
      return { label: 'dialog.note', hint: null } as const;
    case 'answer':
      return { label: 'dialog.answer', hint: 'dialog.answerShown' } as const;
    case 'close':
    case 'changeService':
      return null;
  }
}
