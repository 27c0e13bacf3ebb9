import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { PolicyView } from '#contracts/recordings';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { showUndo } from '../../ui/undo-notice.tsx';
import { useTargetWords } from './policy-words.ts';

/** ms that the way back is offered; nothing is deleted before the next pass of retention. */
const UNDO_MS = 20_000;

/** Asks before a policy goes, and offers it back for a while. */
export function RemovePolicy(props: { view: PolicyView | null; above?: string; done: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const targetWords = useTargetWords();
  const { view, done } = props;
  const refresh = () => queryClient.invalidateQueries({ queryKey: queryKeys.recordingPolicies });
  const restore = useAction({
    run: ({ target, policy }: PolicyView) => api.recordingPolicies.set(target, { policy }),
    done: t('recording.saved'),
    after: refresh,
  });
  const remove = useAction({
    run: ({ target }: PolicyView) => api.recordingPolicies.remove(target),
    async after(_, removed) {
      done();
      showUndo({
        message: t('recording.removed'),
        action: t('recording.undo'),
        ms: UNDO_MS,
        undo: () => restore.mutate(removed),
      });
      await refresh();
    },
  });
  return (
    <ConfirmDialog
      opened={view !== null}
      title={t('recording.removeTitle', { target: view === null ? '' : targetWords(view.target) })}
      action={t('recording.removeAction')}
      danger
      busy={remove.isPending}
      onConfirm={() => view !== null && remove.mutate(view)}
      onClose={done}
    >
      {t('recording.removeText')}
      {props.above !== undefined && <p>{t('recording.removeOwnText', { above: props.above })}</p>}
    </ConfirmDialog>
  );
}
