import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ModelFileView } from '#contracts/models';
import { useApi } from '../../api/context.tsx';
import { useAction } from '../../api/use-action.ts';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { showUndo } from '../../ui/undo-notice.tsx';
import { useBytes } from '../../ui/use-bytes.ts';
import { ModelFactList, SlowModelNotice } from './model-facts.tsx';
import { useProblemWords } from './model-words.ts';

const UNDO_MS = 15_000;

/** A model on the server: whether it can be used and why not, and what can be done with it. */
export function ModelPanel(props: {
  file: ModelFileView;
  threads: number;
  /** The one that is in use now, to go back to. */
  before: string | null;
  onEditCard: (file: ModelFileView) => void;
  onRemove: (file: ModelFileView) => void;
}) {
  const { file, threads, before } = props;
  const { name, check, state } = file;
  const { t } = useTranslation('admin');
  const api = useApi();
  const bytes = useBytes();
  const problemWords = useProblemWords();
  const recheck = useAction({ run: () => api.models.check(name) });
  const use = useAction({
    run: (chosen: string) => api.models.use(chosen),
    after(_, chosen) {
      if (before === null || before === chosen || chosen !== name) return;
      showUndo({
        message: t('models.used', { name: chosen }),
        action: t('models.undo', { name: before }),
        ms: UNDO_MS,
        undo: () => use.mutate(before),
      });
    },
  });
  const problem = check?.good === false ? problemWords(check.problem) : null;
  const busy = state === 'waiting' || state === 'checking';
  return (
    <Panel title={name}>
      <Stack gap="sm" data-model={name} data-active={file.active} data-state={stateOf(file)}>
        <Group gap={8}>
          <StateMark file={file} />
          <strong>{t(`models.states.${stateOf(file)}`)}</strong>
          <Text c="dimmed">{bytes(file.bytes)}</Text>
          {file.chosen && !file.active && <Text c="dimmed">· {t('models.chosen')}</Text>}
        </Group>
        {problem !== null && check?.good === false && !busy && (
          <Notice kind={file.chosen ? 'bad' : 'info'} title={problem.what}>
            {problem.means} {problem.todo}
            <div>
              <code>{check.detail}</code>
            </div>
          </Notice>
        )}
        {check?.good === true && !file.active && (
          <>
            <SlowModelNotice facts={check.facts} threads={threads} />
            <ModelFactList facts={check.facts} threads={threads} />
          </>
        )}
        <Group gap="xs" role="group" aria-label={t('models.actionsFor', { name })}>
          {!file.active && (check === null || check.good) && (
            <Button disabled={busy} loading={use.isPending} onClick={() => use.mutate(name)}>
              {t('models.use')}
            </Button>
          )}
          <Button variant="default" disabled={busy} loading={recheck.isPending} onClick={() => recheck.mutate()}>
            {t(check === null ? 'models.check' : 'models.checkAgain')}
          </Button>
          {check?.good === false && (
            <Button variant="default" disabled={busy} onClick={() => props.onEditCard(file)}>
              {t('models.editCard')}
            </Button>
          )}
          {!file.active && (
            <Button variant="default" disabled={busy} onClick={() => props.onRemove(file)}>
              {t('models.remove')}
            </Button>
          )}
        </Group>
      </Stack>
    </Panel>
  );
}

function stateOf({ active, state, check }: ModelFileView) {
  if (state === 'waiting' || state === 'checking') return state;
  if (active) return 'active';
  if (check === null) return 'unchecked';
  return check.good ? 'good' : 'bad';
}

/** Each state has a shape of its own. */
function StateMark({ file }: { file: ModelFileView }) {
  switch (stateOf(file)) {
    case 'waiting':
    case 'checking':
      return <Loader size={16} aria-hidden />;
    case 'active':
    case 'good':
      return <IconCircleCheck size={18} color="var(--tn-live)" aria-hidden />;
    case 'unchecked':
      return <IconCircleDashed size={18} color="var(--tn-dim)" aria-hidden />;
    default:
      return <IconCircleX size={18} color="var(--tn-down)" aria-hidden />;
  }
}
