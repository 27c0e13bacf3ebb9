import { Stack, Text } from '@mantine/core';
import { IconObjectScan } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelFileView, ModelList } from '#contracts/models';
import { useApi } from '../../api/context.tsx';
import { PageError } from '../../api/page-error.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyField } from '../../ui/copy-field.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { CardDialog } from './card-dialog.tsx';
import { ModelFactList, SlowModelNotice } from './model-facts.tsx';
import { ModelPanel } from './model-panel.tsx';
import { NoModelNotice } from './no-model-notice.tsx';
import { UploadPanel } from './upload-panel.tsx';

/** ms between two looks at the figures; everything else is told. */
const FIGURES_MS = 10_000;

/** What objects are recognised with: the model in use, those that could be, and how to bring one. */
export default function ModelsPage() {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const [editing, setEditing] = useState<string | null>(null);
  const [removing, setRemoving] = useState<ModelFileView | null>(null);
  const list = useQuery({
    queryKey: queryKeys.modelList,
    queryFn: ({ signal }) => api.models.list(signal),
    refetchInterval: FIGURES_MS,
  });
  const remove = useAction({
    run: (file: ModelFileView) => api.models.remove(file.name),
    done: removing === null ? undefined : t('models.removed', { name: removing.name }),
  });
  if (list.error !== null && list.data === undefined) {
    return <PageError error={list.error} retry={() => void list.refetch()} />;
  }
  if (list.data === undefined) return <Loading />;
  const { files, model, mostUploadBytes, figures } = list.data;
  return (
    <Page title={t('app:navigation.models')} hint={t('models.hint')}>
      <Stack gap="md" maw="60rem">
        <ActiveModelPanel list={list.data} />
        <UploadPanel mostBytes={mostUploadBytes} onEditCard={(file) => setEditing(file.name)} />
        {files.length > 0 && (
          <Text component="h2" fw={600}>{`${t('models.files')}: ${t('models.count', { count: files.length })}`}</Text>
        )}
        {[...files]
          .sort((a, b) => Number(b.active) - Number(a.active))
          .map((file) => (
            <ModelPanel
              key={file.name}
              file={file}
              threads={figures.threads}
              before={model?.name ?? null}
              onEditCard={() => setEditing(file.name)}
              onRemove={setRemoving}
            />
          ))}
      </Stack>
      <CardDialog file={files.find(({ name }) => name === editing) ?? null} onClose={() => setEditing(null)} />
      <ConfirmDialog
        opened={removing !== null}
        title={t('models.removeTitle', { name: removing?.name ?? '' })}
        action={t('models.removeAction')}
        danger
        busy={remove.isPending}
        onConfirm={() => removing !== null && remove.mutate(removing, { onSettled: () => setRemoving(null) })}
        onClose={() => setRemoving(null)}
      >
        {t('models.removeText')}
      </ConfirmDialog>
    </Page>
  );
}

function ActiveModelPanel({ list }: { list: ModelList }) {
  const { t } = useTranslation('admin');
  const { model, files, folder, figures, providers } = list;
  const check = files.find(({ active }) => active)?.check;
  if (model === null) {
    if (list.reason === 'starting') return <Notice kind="info" title={t('models.loading')} />;
    return files.length === 0 ? <NoModelYet folder={folder} /> : <NoModelNotice />;
  }
  const used = check?.good === true ? check.facts.provider : '';
  return (
    <>
      {providers
        .filter(({ fault }) => fault !== null)
        .map(({ name, fault }) => (
          <Notice key={name} kind="warn" title={t('models.providerFallback', { name })}>
            {used === '' ? fault : t('models.providerFallbackText', { name, used, fault })}
          </Notice>
        ))}
      <Panel title={`${t('models.active')}: ${model.title}`}>
        <Stack gap="sm" data-active-model={model.name}>
          {check?.good === true && (
            <>
              <SlowModelNotice facts={check.facts} threads={figures.threads} />
              <ModelFactList facts={check.facts} threads={figures.threads} figures={figures} />
            </>
          )}
        </Stack>
      </Panel>
    </>
  );
}

function NoModelYet({ folder }: { folder: string }) {
  const { t } = useTranslation('admin');
  return (
    <EmptyState icon={IconObjectScan} title={t('models.teach.title')}>
      <Stack gap="md" ta="start">
        <Text>{t('models.teach.text')}</Text>
        <div>
          <Text>{t('models.teach.command')}</Text>
          <CopyField label={t('models.teach.commandLabel')} value="npm run models" />
        </div>
        <div>
          <Text>{t('models.teach.folder')}</Text>
          <CopyField label={t('models.teach.folderLabel')} value={folder} />
        </div>
        <Text>{t('models.teach.upload')}</Text>
      </Stack>
    </EmptyState>
  );
}
