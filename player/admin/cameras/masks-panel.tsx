import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconPlus,
  IconTrash,
  IconVectorOff,
  type TablerIcon,
} from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useReducer, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CameraDetails, MaskSet } from '#contracts/camera';
import { useApi } from '../../api/context.tsx';
import { ApiError } from '../../api/error.ts';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useUnsaved } from '../../app/leave-guard-provider.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/page.tsx';
import { begin, historyAfter } from '../drawing/history.ts';
import { type Point, starterArea, withPointRemoved } from '../drawing/shapes.ts';
import { MaskPicture } from './mask-picture.tsx';
import { LEAST_POINTS, type Masks, mayAddMask, renamed, reshaped, withMask, withoutMask } from './mask-shapes.ts';
import classes from './masks.module.css';

/** The privacy masks of a camera: drawn over its picture, named, and saved as a whole. */
export function MasksPanel({ camera }: { camera: CameraDetails }) {
  const { t } = useTranslation('admin');
  const api = useApi();
  const set = useQuery({
    queryKey: queryKeys.masks(camera.id),
    queryFn: ({ signal }) => api.cameras.masks(camera.id, signal),
    // What is being drawn is not replaced under the hand.
    staleTime: Infinity,
  });
  return (
    <div className={classes.panel}>
      <Panel title={t('masks.title')}>
        {set.error !== null && <ErrorNotice error={set.error} retry={() => void set.refetch()} />}
        {set.data === undefined ? set.error === null && <Loading /> : <Editor camera={camera} set={set.data} />}
      </Panel>
    </div>
  );
}

function Editor({ camera, set }: { camera: CameraDetails; set: MaskSet }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const [base, setBase] = useState(set);
  const [history, act] = useReducer(historyAfter<Masks>, set.masks, begin<Masks>);
  const [chosen, setChosen] = useState<{ mask: number; point: number | null } | null>(null);
  const masks = history.now;
  const dirty = JSON.stringify(masks) !== JSON.stringify(base.masks);
  useUnsaved(dirty);
  const change = (to: (masks: Masks) => Masks, gesture?: string): void =>
    act({ kind: 'change', to, ...(gesture === undefined ? {} : { gesture }) });
  const begun = (fresh: MaskSet): void => {
    queryClient.setQueryData(queryKeys.masks(camera.id), fresh);
    setBase(fresh);
    setChosen(null);
    act({ kind: 'begin', with: fresh.masks });
  };
  const save = useMutation({
    mutationFn: () => api.cameras.replaceMasks(camera.id, { masks: [...masks], version: base.version }),
    onSuccess: begun,
  });
  const reload = useMutation({
    mutationFn: () => api.cameras.masks(camera.id),
    onSuccess(fresh) {
      save.reset();
      begun(fresh);
    },
  });
  const conflict = save.error instanceof ApiError && save.error.kind === 'conflict';
  const nameless = masks.some(({ name }) => name.trim() === '');

  function add(points: readonly Point[]): void {
    const names = new Set(masks.map(({ name }) => name));
    let number = masks.length + 1;
    while (names.has(t('masks.newName', { number }))) number += 1;
    change((now) => withMask(now, t('masks.newName', { number }), points));
    setChosen({ mask: masks.length, point: null });
  }

  function undo(kind: 'undo' | 'redo'): void {
    setChosen(null);
    act({ kind });
  }

  const point = chosen?.point ?? null;
  const points = chosen === null ? 0 : (masks[chosen.mask]?.points.length ?? 0);
  return (
    <Stack gap="sm">
      <Text size="sm">{t('masks.hint')}</Text>
      <Text size="sm" c="dimmed">
        {t('masks.reach')} {camera.canPtz && t('masks.ptz')}
      </Text>
      <div className={classes.layout}>
        <Stack gap="xs">
          <MaskPicture
            cameraId={camera.id}
            masks={masks}
            chosen={chosen}
            choose={(mask, at) => setChosen(mask === null ? null : { mask, point: at ?? null })}
            change={change}
            add={add}
            undo={undo}
          />
          <Group gap="xs">
            <Tool
              label={t('masks.add')}
              icon={IconPlus}
              may={mayAddMask(masks)}
              run={() => add(starterArea(masks.length))}
            />
            <Tool
              label={t('masks.removePoint')}
              icon={IconVectorOff}
              may={chosen !== null && point !== null && points > LEAST_POINTS}
              run={() => {
                if (chosen === null || point === null) return;
                change((now) => reshaped(now, chosen.mask, (all) => withPointRemoved(all, point, LEAST_POINTS)));
                setChosen({ mask: chosen.mask, point: null });
              }}
            />
            <Tool
              label={t('masks.undo')}
              icon={IconArrowBackUp}
              may={history.past.length > 0}
              run={() => undo('undo')}
            />
            <Tool
              label={t('masks.redo')}
              icon={IconArrowForwardUp}
              may={history.future.length > 0}
              run={() => undo('redo')}
            />
          </Group>
          <Text size="xs" c="dimmed">
            {t('masks.keys')}
          </Text>
        </Stack>
        <Stack gap="sm">
          {masks.length === 0 ? (
            <Text c="dimmed">{t('masks.none')}</Text>
          ) : (
            <ul className={classes.list} aria-label={t('masks.title')}>
              {masks.map((mask, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a mask has nothing but its place.
                <li key={at} className={classes.row} data-chosen={chosen?.mask === at}>
                  <TextInput
                    label={t('masks.name')}
                    maxLength={80}
                    required
                    error={mask.name.trim() === '' ? t('masks.nameNeeded') : undefined}
                    value={mask.name}
                    onFocus={() => chosen?.mask !== at && setChosen({ mask: at, point: null })}
                    onChange={(event) => {
                      const { value } = event.currentTarget;
                      change((now) => renamed(now, at, value), `name ${at}`);
                    }}
                  />
                  <ActionIcon
                    size="lg"
                    variant="default"
                    aria-label={t('masks.remove', { name: mask.name })}
                    onClick={() => {
                      setChosen(null);
                      change((now) => withoutMask(now, at));
                    }}
                  >
                    <IconTrash size={16} aria-hidden />
                  </ActionIcon>
                </li>
              ))}
            </ul>
          )}
          {save.error !== null && (
            <ErrorNotice error={save.error} {...(conflict ? { retry: () => reload.mutate() } : {})} />
          )}
          <Group>
            <Button disabled={!dirty || nameless} loading={save.isPending} onClick={() => save.mutate()}>
              {t('masks.save')}
            </Button>
            <Button variant="default" disabled={!dirty} onClick={() => begun(base)}>
              {t('undoChanges')}
            </Button>
          </Group>
        </Stack>
      </div>
    </Stack>
  );
}

function Tool(props: { label: string; icon: TablerIcon; may: boolean; run: () => void }) {
  const { label, icon: Icon, may, run } = props;
  return (
    <Button size="xs" variant="default" leftSection={<Icon size={14} aria-hidden />} disabled={!may} onClick={run}>
      {label}
    </Button>
  );
}
