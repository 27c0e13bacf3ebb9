import { Autocomplete, Button, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AlertView, CLOSE_REASONS, type CloseReason, VERDICTS, type Verdict } from '#contracts/alerts';
import { useSession } from '../app/session.tsx';
import classes from './alerts.module.css';
import { readUnits } from './remembered-units.ts';

interface DialogProps<Result> {
  readonly busy: boolean;
  readonly onSubmit: (result: Result) => void;
  readonly onClose: () => void;
}

/** Who is sent; the last ones are one click away. */
export function DispatchDialog({ busy, onSubmit, onClose }: DialogProps<string>) {
  const { t } = useTranslation('alerts');
  const { user } = useSession();
  const [unit, setUnit] = useState('');
  const [recent] = useState(() => readUnits(user.id));
  return (
    <FormDialog
      title={t('dispatchDialog.title')}
      action={t('dispatchDialog.send')}
      ready={unit.trim() !== ''}
      busy={busy}
      onSubmit={() => onSubmit(unit.trim())}
      onClose={onClose}
    >
      <Autocomplete
        data-autofocus
        label={t('dispatchDialog.unit')}
        maxLength={120}
        data={[...recent]}
        value={unit}
        onChange={setUnit}
      />
      {recent.length > 0 && (
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            {t('dispatchDialog.recent')}
          </Text>
          <Group gap={6}>
            {recent.map((known) => (
              <Button key={known} size="compact-sm" variant="default" onClick={() => setUnit(known)}>
                {known}
              </Button>
            ))}
          </Group>
        </div>
      )}
    </FormDialog>
  );
}

export function NoteDialog({ busy, onSubmit, onClose }: DialogProps<string>) {
  const { t } = useTranslation('alerts');
  const [text, setText] = useState('');
  return (
    <FormDialog
      title={t('noteDialog.title')}
      action={t('noteDialog.save')}
      ready={text.trim() !== ''}
      busy={busy}
      onSubmit={() => onSubmit(text.trim())}
      onClose={onClose}
    >
      <Textarea
        data-autofocus
        label={t('noteDialog.text')}
        autosize
        minRows={3}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

export interface Closing {
  readonly verdict: Verdict;
  readonly reason: CloseReason;
  readonly note: string;
}

/** No alert goes without a verdict and a reason that belongs to it: they are what the rules are judged by. */
export function CloseDialog(props: DialogProps<Closing> & { alert: AlertView; verdict: Verdict | null }) {
  const { alert, busy, onSubmit, onClose } = props;
  const { t } = useTranslation('alerts');
  const [verdict, setVerdict] = useState<Verdict | null>(props.verdict);
  const [reason, setReason] = useState<CloseReason | null>(null);
  const [note, setNote] = useState('');
  const noteMissing = reason === 'other' && note.trim() === '';
  const reasons: readonly CloseReason[] = verdict === null ? [] : CLOSE_REASONS[verdict];
  return (
    <FormDialog
      title={t('closeDialog.title', { number: alert.number })}
      action={t('closeDialog.submit')}
      ready={verdict !== null && reason !== null && !noteMissing}
      busy={busy}
      onSubmit={() => verdict !== null && reason !== null && onSubmit({ verdict, reason, note: note.trim() })}
      onClose={onClose}
    >
      <Radio.Group
        label={t('closeDialog.verdict')}
        value={verdict}
        onChange={(value) => {
          setVerdict(VERDICTS.find((known) => known === value) ?? null);
          setReason(null);
        }}
      >
        <div className={classes.verdicts}>
          {VERDICTS.map((known, at) => (
            <Radio.Card
              key={known}
              value={known}
              className={classes.choice}
              data-autofocus={props.verdict === null && at === 0 ? true : undefined}
            >
              <Radio.Indicator size="xs" />
              <span>
                <strong>{t(`verdicts.${known}`)}</strong>
                <span className={classes.choiceHint}>{t(`verdictHints.${known}`)}</span>
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {verdict !== null && (
        <Radio.Group
          label={t('closeDialog.reason')}
          value={reason}
          onChange={(value) => setReason(reasons.find((known) => known === value) ?? null)}
        >
          <div className={classes.reasons}>
            {reasons.map((known, at) => (
              <Radio.Card
                key={known}
                value={known}
                className={classes.choice}
                data-autofocus={props.verdict !== null && at === 0 ? true : undefined}
              >
                <Radio.Indicator size="xs" />
                {t(`reasons.${known}`)}
              </Radio.Card>
            ))}
          </div>
        </Radio.Group>
      )}
      <Textarea
        label={t('closeDialog.note')}
        required={reason === 'other'}
        error={noteMissing ? t('closeDialog.noteNeeded') : undefined}
        autosize
        minRows={2}
        maxLength={2000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function FormDialog(props: {
  title: string;
  action: string;
  ready: boolean;
  busy: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation('app');
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (props.ready && !props.busy) props.onSubmit();
  }
  return (
    <Modal opened onClose={props.onClose} title={props.title} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {props.children}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={!props.ready} loading={props.busy}>
              {props.action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
