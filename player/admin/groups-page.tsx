import { ActionIcon, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { IconFolders, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GroupView } from '#contracts/http';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { PageError } from '../api/page-error.tsx';
import { useCameras, useGroups } from '../api/queries.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { useFieldError } from '../api/use-field-error.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { GroupSelect } from './group-select.tsx';
import classes from './groups.module.css';
import type { GroupNode } from './groups-tree.ts';
import { useGroupTree } from './use-group-tree.ts';

/** `group: null` makes a new one below `parentId`. */
interface Editing {
  readonly group: GroupView | null;
  readonly parentId: string | null;
}

export default function GroupsPage() {
  const { t } = useTranslation(['admin', 'app']);
  const groups = useGroups();
  const tree = useGroupTree();
  const cameras = useCameras();
  const [editing, setEditing] = useState<Editing | null>(null);
  const [removing, setRemoving] = useState<GroupView | null>(null);
  const counts = new Map<string, number>();
  for (const { groupId } of cameras.data ?? [])
    if (groupId !== null) counts.set(groupId, (counts.get(groupId) ?? 0) + 1);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing({ group: null, parentId: null })}>
      {t('groups.add')}
    </Button>
  );
  if (groups.error !== null) return <PageError error={groups.error} retry={() => void groups.refetch()} />;
  if (groups.data === undefined) return <Loading />;
  return (
    <Page title={t('app:navigation.groups')} hint={t('groups.hint')} actions={tree.length > 0 ? add : undefined}>
      {tree.length === 0 ? (
        <EmptyState icon={IconFolders} title={t('groups.empty')} actions={add}>
          {t('groups.emptyHint')}
        </EmptyState>
      ) : (
        <ul className={classes.tree}>
          {tree.map((node) => (
            <GroupRow
              key={node.group.id}
              node={node}
              cameras={counts.get(node.group.id) ?? 0}
              edit={setEditing}
              remove={setRemoving}
            />
          ))}
        </ul>
      )}
      <Modal
        opened={editing !== null}
        onClose={() => setEditing(null)}
        title={editing?.group === null ? t('groups.add') : t('groups.edit')}
        closeButtonProps={{ 'aria-label': t('app:common.close') }}
      >
        {editing !== null && <GroupForm editing={editing} done={() => setEditing(null)} />}
      </Modal>
      <RemoveGroup group={removing} done={() => setRemoving(null)} />
    </Page>
  );
}

function GroupRow(props: {
  node: GroupNode;
  cameras: number;
  edit: (editing: Editing) => void;
  remove: (group: GroupView) => void;
}) {
  const { t } = useTranslation(['admin', 'app']);
  const { group, depth } = props.node;
  return (
    <li className={classes.row} style={{ '--depth': depth }}>
      <span className={classes.name}>{group.name}</span>
      <span className={classes.count}>{t('groups.cameras', { count: props.cameras })}</span>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('groups.addBelow', { name: group.name })}
        title={t('groups.addBelow', { name: group.name })}
        onClick={() => props.edit({ group: null, parentId: group.id })}
      >
        <IconPlus size={16} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`${t('app:common.edit')}: ${group.name}`}
        onClick={() => props.edit({ group, parentId: group.parentId })}
      >
        <IconPencil size={16} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`${t('app:common.remove')}: ${group.name}`}
        onClick={() => props.remove(group)}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </li>
  );
}

function GroupForm({ editing, done }: { editing: Editing; done: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const { group } = editing;
  const [name, setName] = useState(group?.name ?? '');
  const [parentId, setParentId] = useState(editing.parentId);
  const save = useMutation({
    mutationFn: () =>
      group === null ? api.groups.create({ name, parentId }) : api.groups.update(group.id, { name, parentId }),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: queryKeys.groups });
      done();
    },
  });
  const fieldError = useFieldError(save.error);
  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {save.error !== null && <ErrorNotice error={save.error} />}
        <TextInput
          data-autofocus
          label={t('groups.name')}
          required
          maxLength={120}
          error={fieldError('name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <GroupSelect
          label={t('groups.parent')}
          placeholder={t('groups.top')}
          value={parentId}
          except={group?.id}
          error={fieldError('parentId')}
          onChange={setParentId}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={done}>
            {t('app:common.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>
            {t('app:common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function RemoveGroup({ group, done }: { group: GroupView | null; done: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const remove = useAction({
    run: (id: string) => api.groups.remove(id),
    done: t('groups.removed'),
    after: () => queryClient.invalidateQueries({ queryKey: queryKeys.groups }),
  });
  return (
    <ConfirmDialog
      opened={group !== null}
      title={t('groups.removeTitle', { name: group?.name ?? '' })}
      action={t('app:common.remove')}
      danger
      busy={remove.isPending}
      onConfirm={() => group !== null && remove.mutate(group.id, { onSettled: done })}
      onClose={done}
    >
      {t('groups.removeText')}
    </ConfirmDialog>
  );
}
