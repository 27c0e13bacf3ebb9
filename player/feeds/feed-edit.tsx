import { Group, NumberInput, PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FeedView } from '#contracts/feeds';
import { EditDialog } from '../admin/catalogue/edit-dialog.tsx';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAreas, useIndicators, useUnits } from '../api/sector-queries.ts';
import { useAction } from '../api/use-action.ts';
import { useFieldError } from '../api/use-field-error.ts';
import { NumberField } from '../ui/number-field.tsx';
import { editedFeed, editOf, type FeedEdit } from './feed-draft.ts';
import { ObligedFields } from './obliged-fields.tsx';
import { draftFrom, obligedAfter, saysAreas, type WizardDraft } from './wizard-draft.ts';

/** What of a feed changes in its life; to change how it is read, a new one is made like it. */
export function FeedEditDialog({ feed, onClose }: { feed: FeedView; onClose: () => void }) {
  const { t } = useTranslation('feeds');
  const api = useApi();
  const queryClient = useQueryClient();
  const areas = useAreas();
  const units = useUnits();
  const indicators = useIndicators();
  // Of the feed as it was when the form was opened: a change of somebody else in the meantime must be seen.
  const [before] = useState(feed);
  const [edit, setEdit] = useState<FeedEdit>(() => editOf(before));
  const [obliged, setObliged] = useState<WizardDraft | null>(null);
  const change = (part: Partial<FeedEdit>): void => setEdit((now) => ({ ...now, ...part }));
  const save = useAction({
    run: () =>
      api.feeds.change(
        before.id,
        editedFeed(
          before,
          edit,
          obliged === null
            ? null
            : obligedAfter(before, obliged, indicators.data ?? [], areas.data ?? [], units.data ?? []),
        ),
      ),
    done: t('edit.saved'),
    after() {
      void queryClient.invalidateQueries({ queryKey: queryKeys.feeds });
      onClose();
    },
  });
  const fieldError = useFieldError(save.error);
  const known = areas.data !== undefined && units.data !== undefined && indicators.data !== undefined;
  return (
    <EditDialog
      title={t('edit.title')}
      error={save.error}
      busy={save.isPending}
      ready={edit.name.trim() !== '' && (obliged === null || saysAreas(obliged))}
      onSubmit={() => save.mutate(undefined)}
      onClose={onClose}
    >
      <TextInput
        label={t('name')}
        required
        maxLength={120}
        value={edit.name}
        error={fieldError('name')}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      {(before.pull !== null || before.mqtt !== null) && (
        <TextInput
          label={t('address')}
          required
          value={edit.url}
          error={fieldError(before.mqtt === null ? 'pull.url' : 'mqtt.url')}
          onChange={(event) => change({ url: event.currentTarget.value })}
        />
      )}
      {before.pull !== null && (
        <TextInput
          label={t('schedule')}
          description={t('scheduleHint')}
          required
          value={edit.schedule}
          error={fieldError('pull.schedule')}
          onChange={(event) => change({ schedule: event.currentTarget.value })}
        />
      )}
      {before.mqtt !== null && (
        <Group grow>
          <TextInput
            label={t('prefix')}
            required
            value={edit.prefix}
            error={fieldError('mqtt.prefix')}
            onChange={(event) => change({ prefix: event.currentTarget.value })}
          />
          <TextInput
            label={t('username')}
            value={edit.username}
            onChange={(event) => change({ username: event.currentTarget.value })}
          />
        </Group>
      )}
      {(before.pull !== null || before.mqtt !== null) && (
        <PasswordInput
          label={t(before.mqtt === null ? 'secretTheirs' : 'password')}
          description={t('edit.secretHint')}
          autoComplete="new-password"
          value={edit.secret}
          onChange={(event) => change({ secret: event.currentTarget.value })}
        />
      )}
      {before.carries === 'events' ? (
        <NumberInput
          label={t('edit.heartbeat')}
          description={t('edit.emptyHeartbeat')}
          min={1}
          max={10_080}
          allowDecimal={false}
          value={edit.heartbeatMinutes ?? ''}
          onChange={(value) => change({ heartbeatMinutes: value === '' ? null : Number(value) })}
        />
      ) : (
        <>
          <Group grow align="start">
            <NumberInput
              label={t('edit.frozen')}
              description={t('edit.emptyFrozen')}
              min={2}
              max={10_000}
              allowDecimal={false}
              value={edit.frozenPeriods ?? ''}
              onChange={(value) => change({ frozenPeriods: value === '' ? null : Number(value) })}
            />
            <NumberField
              label={t('edit.revision')}
              description={t('edit.revisionHint')}
              min={0}
              max={1000}
              value={edit.revisionTolerance}
              onChange={(value) => change({ revisionTolerance: value ?? 0 })}
            />
          </Group>
          {known && (
            <ObligedFields
              draft={obliged ?? draftFrom(before, areas.data)}
              onChange={(part) => setObliged((now) => ({ ...(now ?? draftFrom(before, areas.data)), ...part }))}
            />
          )}
        </>
      )}
    </EditDialog>
  );
}
