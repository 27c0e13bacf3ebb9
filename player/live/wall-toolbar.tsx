import { ActionIcon, Button, Checkbox, Group, Menu, Modal, Select, TextInput, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconChevronDown, IconKeyboard, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type Dispatch, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LayoutView } from '#contracts/http';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useLayouts } from '../api/queries.ts';
import { useAction } from '../api/use-action.ts';
import { useSession } from '../app/session.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { PRESETS, presetOf } from './presets.ts';
import type { Tour } from './use-tour.ts';
import type { WallAction, WallState } from './wall-state.ts';

const TOUR_SECONDS = [0, 5, 10, 20, 30, 60];

export interface WallToolbarProps {
  readonly state: WallState;
  readonly dispatch: Dispatch<WallAction>;
  readonly tour: Tour;
  readonly onHelp: () => void;
}

/** Grid, saved layouts, tour, undo. */
export function WallToolbar({ state, dispatch, tour, onHelp }: WallToolbarProps) {
  const { t } = useTranslation('live');
  const layouts = useLayouts();
  const [saving, setSaving] = useState<'new' | LayoutView | null>(null);
  const api = useApi();
  const [removing, setRemoving] = useState<LayoutView | null>(null);
  const remove = useAction({
    run: (id: string) => api.layouts.remove(id),
    after: async () => {
      setRemoving(null);
      await layouts.refetch();
    },
  });
  const current = layouts.data?.find((layout) => layout.id === state.layoutId);

  return (
    <>
      <Select
        size="xs"
        w={92}
        aria-label={t('grid')}
        data={[...PRESETS]}
        value={presetOf(state.grid)}
        placeholder={t('freeGrid')}
        allowDeselect={false}
        onChange={(preset) => {
          const chosen = PRESETS.find((one) => one === preset);
          if (chosen !== undefined) dispatch({ type: 'preset', preset: chosen });
        }}
      />
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="xs" variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
            {current === undefined ? t('layouts') : `${current.name}${state.dirty ? ' *' : ''}`}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {layouts.data?.length === 0 && <Menu.Label>{t('noLayouts')}</Menu.Label>}
          {layouts.data?.map((layout) => (
            <Menu.Item key={layout.id} onClick={() => dispatch({ type: 'open', layout })}>
              {layout.name}
              {layout.mine ? '' : ` · ${layout.ownerName}`}
            </Menu.Item>
          ))}
          <Menu.Divider />
          {current?.mine === true && state.dirty && (
            <Menu.Item onClick={() => setSaving(current)}>{t('save')}</Menu.Item>
          )}
          <Menu.Item onClick={() => setSaving('new')}>{t('saveAs')}</Menu.Item>
          {current !== undefined && (
            <Menu.Item component="a" href={`/wall/${current.id}`} target="_blank">
              {t('openScreen')}
            </Menu.Item>
          )}
          {current?.mine === true && (
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={14} aria-hidden />}
              onClick={() => setRemoving(current)}
            >
              {t('deleteLayout')}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item onClick={() => dispatch({ type: 'clearAll' })}>{t('clearWall')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Select
        size="xs"
        w={168}
        aria-label={t('tour')}
        data={TOUR_SECONDS.map((seconds) => ({
          value: String(seconds),
          label: seconds === 0 ? t('tourOff') : t('tourEvery', { count: seconds }),
        }))}
        value={String(tour.seconds)}
        allowDeselect={false}
        onChange={(seconds) => tour.set(Number(seconds ?? 0))}
      />
      <Tooltip label={t('undo')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('undo')}
          disabled={state.past.length === 0}
          onClick={() => dispatch({ type: 'undo' })}
        >
          <IconArrowBackUp size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <span data-grow />
      <Tooltip label={t('keys.title')}>
        <ActionIcon variant="subtle" color="gray" aria-label={t('keys.title')} onClick={onHelp}>
          <IconKeyboard size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <ConfirmDialog
        opened={removing !== null}
        title={t('deleteLayoutTitle', { name: removing?.name ?? '' })}
        action={t('deleteLayout')}
        danger
        busy={remove.isPending}
        onConfirm={() => removing !== null && remove.mutate(removing.id)}
        onClose={() => setRemoving(null)}
      >
        {t('deleteLayoutText')}
      </ConfirmDialog>
      {saving !== null && (
        <SaveLayout
          state={state}
          layout={saving === 'new' ? null : saving}
          onClose={() => setSaving(null)}
          onSaved={async (layout) => {
            await layouts.refetch();
            dispatch({ type: 'saved', layoutId: layout.id });
            setSaving(null);
          }}
        />
      )}
    </>
  );
}

function SaveLayout(props: {
  state: WallState;
  layout: LayoutView | null;
  onClose: () => void;
  onSaved: (layout: LayoutView) => void;
}) {
  const { t } = useTranslation('live');
  const api = useApi();
  const session = useSession();
  const [name, setName] = useState(props.layout?.name ?? '');
  const [shared, setShared] = useState(props.layout?.shared ?? false);
  const save = useMutation({
    mutationFn: () => {
      const body = {
        name,
        shared,
        columns: props.state.grid.columns,
        rows: props.state.grid.rows,
        cells: [...props.state.grid.cells],
      };
      return props.layout === null ? api.layouts.create(body) : api.layouts.update(props.layout.id, body);
    },
    onSuccess: props.onSaved,
  });
  return (
    <Modal opened onClose={props.onClose} title={t('saveLayout')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextInput
          label={t('layoutName')}
          required
          maxLength={120}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {session.can('layout.share') && (
          <Checkbox
            mt="sm"
            label={t('shareLayout')}
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
        )}
        {save.isError && <ErrorNotice error={save.error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={props.onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('save')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
