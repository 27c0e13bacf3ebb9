import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Target } from '#contracts/sectors';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { showUndo } from '../../ui/undo-notice.tsx';

/** ms for which undoing is offered. */
const UNDO_MS = 12_000;

export interface TargetEdit {
  readonly removed: readonly Target[];
  readonly added: readonly Target[];
  /** What is said of it; an undone one is not offered again. */
  readonly said: string;
}

/** Changes targets of an indicator, and offers to take it back. */
export function useTargetChange(indicator: string) {
  const { t } = useTranslation('sectors');
  const api = useApi();
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: queryKeys.targets(indicator) });
  const run = ({ removed, added }: TargetEdit) => api.sectors.changeTargets(indicator, { removed, added });
  const back = useAction({ run, done: t('targets.undone'), after: refresh });
  return useAction({
    async run(edit: TargetEdit) {
      try {
        return await run(edit);
      } catch (error) {
        // Somebody was quicker, perhaps: what is there now is shown beside the reason.
        void refresh();
        throw error;
      }
    },
    after(targets, { removed, added, said }) {
      queryClient.setQueryData(queryKeys.targets(indicator), targets);
      showUndo({
        message: said,
        action: t('targets.undo'),
        ms: UNDO_MS,
        undo: () => back.mutate({ removed: added, added: removed, said: '' }),
      });
    },
  });
}
