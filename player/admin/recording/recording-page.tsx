import { Button, Group, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CAMERA_CLASSES } from '#contracts/camera';
import type { PolicyList, PolicyTarget, PolicyView, RecordingPolicy } from '#contracts/recordings';
import { PageError } from '../../api/page-error.tsx';
import { usePolicies } from '../../api/queries.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import classes from '../toolbar.module.css';
import { CameraPolicies } from './camera-policies.tsx';
import { type EditedPolicy, nowFor, PolicyDrawer } from './policy-drawer.tsx';
import { keyOfTarget, usePolicyWords, useTargetWords } from './policy-words.ts';
import { RemovePolicy } from './remove-policy.tsx';
import { useMayConfigureAll } from './use-may-configure-all.ts';

/** What is recorded: the policies, from all cameras down to one, and what counts for each camera because of them. */
export default function RecordingPage() {
  const { t } = useTranslation(['admin', 'app']);
  const list = usePolicies();
  const [editing, setEditing] = useState<EditedPolicy | null>(null);
  const [removing, setRemoving] = useState<PolicyView | null>(null);
  const [rule, setRule] = useState<string | null>(null);
  if (list.error !== null && list.data === undefined) {
    return <PageError error={list.error} retry={() => void list.refetch()} />;
  }
  if (list.data === undefined) return <Loading />;
  const policies = list.data;
  return (
    <Page
      title={t('app:navigation.recording')}
      hint={t('recording.hint')}
      actions={
        <Button
          leftSection={<IconPlus size={16} />}
          onClick={() => setEditing({ target: null, from: nowFor({ kind: 'all' }, policies) })}
        >
          {t('recording.add')}
        </Button>
      }
    >
      <Stack gap="md">
        <Panel title={t('recording.rules')}>
          <PolicyTable
            list={policies}
            edit={(target, from) => setEditing({ target, from })}
            remove={setRemoving}
            show={setRule}
          />
        </Panel>
        <Panel title={t('recording.byCamera')}>
          <CameraPolicies
            list={policies}
            rule={rule}
            setRule={setRule}
            edit={(target, from) => setEditing({ target, from })}
          />
        </Panel>
      </Stack>
      <PolicyDrawer editing={editing} timeZone={policies.timeZone} list={policies} done={() => setEditing(null)} />
      <RemovePolicy view={removing} done={() => setRemoving(null)} />
    </Page>
  );
}

interface Row {
  /** `null`: the configuration. */
  readonly target: PolicyTarget | null;
  readonly policy: RecordingPolicy;
  readonly cameras: number;
}

const ORDER = ['all', 'class', 'group', 'camera'] as const;

/** From the widest to the closest; the configuration first, while it counts at all. */
function rowsOf({ policies, configured, inForce }: PolicyList): readonly Row[] {
  const counts = new Map<string, number>();
  for (const { from } of inForce) counts.set(keyOfTarget(from), (counts.get(keyOfTarget(from)) ?? 0) + 1);
  const rows = policies.map((view) => ({ ...view, cameras: counts.get(keyOfTarget(view.target)) ?? 0 }));
  rows.sort((a, b) => placeOf(a.target) - placeOf(b.target));
  if (policies.some(({ target }) => target.kind === 'all')) return rows;
  return [{ target: null, policy: configured, cameras: counts.get(keyOfTarget(null)) ?? 0 }, ...rows];
}

function placeOf(target: PolicyTarget): number {
  return ORDER.indexOf(target.kind) * 10 + (target.kind === 'class' ? CAMERA_CLASSES.indexOf(target.class) : 0);
}

function PolicyTable(props: {
  list: PolicyList;
  edit: (target: PolicyTarget, from: RecordingPolicy) => void;
  remove: (view: PolicyView) => void;
  show: (rule: string) => void;
}) {
  const { t } = useTranslation(['admin', 'app']);
  const mayConfigureAll = useMayConfigureAll();
  const policyWords = usePolicyWords();
  const targetWords = useTargetWords();
  const rows = useMemo(() => rowsOf(props.list), [props.list]);
  const columns: readonly Column<Row>[] = [
    {
      key: 'target',
      header: t('recording.target'),
      role: 'title',
      cell: ({ target }) => (
        <div data-policy={keyOfTarget(target)}>
          {targetWords(target)}
          {target === null && <div className={classes.detail}>{t('recording.byConfigurationHint')}</div>}
        </div>
      ),
    },
    { key: 'what', header: t('recording.what'), cell: ({ policy }) => policyWords(policy) },
    {
      key: 'cameras',
      header: t('recording.counts'),
      cell: ({ target, cameras }) =>
        cameras === 0 ? (
          t('recording.nowhere')
        ) : (
          <button
            type="button"
            className={classes.textButton}
            aria-label={t('recording.showCameras', { target: targetWords(target) })}
            onClick={() => props.show(keyOfTarget(target))}
          >
            {t('recording.cameras', { count: cameras })}
          </button>
        ),
    },
    {
      key: 'actions',
      header: t('app:common.actions'),
      role: 'actions',
      cell: ({ target, policy }) =>
        (mayConfigureAll || target?.kind === 'camera') && (
          <Group gap="xs" wrap="nowrap" justify="flex-end">
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`${t('app:common.edit')}: ${targetWords(target)}`}
              onClick={() => props.edit(target ?? { kind: 'all' }, policy)}
            >
              {t('app:common.edit')}
            </Button>
            {target !== null && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`${t('app:common.remove')}: ${targetWords(target)}`}
                onClick={() => props.remove({ target, policy })}
              >
                {t('app:common.remove')}
              </Button>
            )}
          </Group>
        ),
    },
  ];
  return (
    <DataTable
      label={t('recording.rules')}
      columns={columns}
      rows={rows}
      rowKey={({ target }) => keyOfTarget(target)}
    />
  );
}
