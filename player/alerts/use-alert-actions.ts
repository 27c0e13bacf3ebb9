import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AlertDetails, AlertView, CloseReason, Verdict } from '#contracts/alerts';
import { putAlert } from '../api/alert-cache.ts';
import { useApi } from '../api/context.tsx';
import { ApiError } from '../api/error.ts';
import { useErrorWords } from '../api/error-words.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useAnnounce } from '../ui/announcer.tsx';
import { showUndo } from '../ui/undo-notice.tsx';
import { showFault, showOwned } from './owned-notice.tsx';
import { rememberUnit } from './remembered-units.ts';

/** ms that a closing can be taken back by one click; by the button of the closed alert for an hour. */
const UNDO_MS = 12_000;

/** What somebody does with an alert. */
export type AlertAct =
  | { readonly kind: 'claim'; readonly takeOver?: boolean }
  | { readonly kind: 'release' }
  | { readonly kind: 'dispatch'; readonly unit: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'close'; readonly verdict: Verdict; readonly reason: CloseReason; readonly note: string }
  | { readonly kind: 'reopen' };

/**
 * Does it and shows it. Where somebody else was faster, says who has the alert now; `mayTakeOver` offers to take it.
 */
export function useAlertActions(options: { readonly userId: string; readonly mayTakeOver: boolean }) {
  const { t } = useTranslation('alerts');
  const api = useApi();
  const queryClient = useQueryClient();
  const words = useErrorWords();
  const announce = useAnnounce();

  function run(alert: AlertView, act: AlertAct): Promise<AlertView | AlertDetails> {
    switch (act.kind) {
      case 'claim':
        return api.alerts.claim(alert.id, act.takeOver ?? false);
      case 'release':
        return api.alerts.release(alert.id);
      case 'dispatch':
        return api.alerts.dispatch(alert.id, act.unit);
      case 'note':
        return api.alerts.note(alert.id, act.text);
      case 'close':
        return api.alerts.close(alert.id, { verdict: act.verdict, reason: act.reason, note: act.note });
      case 'reopen':
        return api.alerts.reopen(alert.id);
    }
  }

  function wordsOf(alert: AlertView, act: AlertAct): string {
    switch (act.kind) {
      case 'claim':
        return t('done.claimed', { number: alert.number });
      case 'release':
        return t('done.released', { number: alert.number });
      case 'dispatch':
        return t('done.dispatched', { unit: act.unit });
      case 'note':
        return t('done.noted');
      case 'close':
        return t('done.closed', { number: alert.number });
      case 'reopen':
        return t('done.reopened', { number: alert.number });
    }
  }

  const mutation = useMutation<AlertView | AlertDetails, Error, { alert: AlertView; act: AlertAct }>({
    mutationFn: ({ alert, act }) => run(alert, act),
    onSuccess(view, { alert, act }) {
      if (hasSteps(view)) queryClient.setQueryData<AlertDetails>(queryKeys.alert(view.id), view);
      putAlert(queryClient, view);
      void queryClient.invalidateQueries({ queryKey: queryKeys.alert(view.id) });
      if (act.kind === 'dispatch') rememberUnit(options.userId, act.unit);
      const message = wordsOf(alert, act);
      if (act.kind !== 'close') return announce(message);
      showUndo({
        message,
        action: t('done.undo'),
        ms: UNDO_MS,
        undo: () => mutation.mutate({ alert: view, act: { kind: 'reopen' } }),
      });
    },
    async onError(error, { alert }) {
      if (!(error instanceof ApiError) || error.kind !== 'conflict') return showFault(words(error));
      const now = await queryClient
        .fetchQuery({ queryKey: queryKeys.alert(alert.id), queryFn: () => api.alerts.get(alert.id) })
        .catch(() => undefined);
      if (now === undefined) return showFault(words(error));
      putAlert(queryClient, now);
      if (error.code !== 'alert.owned' || now.owner === null || now.owner.id === options.userId)
        return showFault(words(error));
      showOwned({
        title: t('owned.title', { name: now.owner.name }),
        hint: t('owned.hint'),
        action: options.mayTakeOver ? t('owned.takeOver') : null,
        takeOver: () => mutation.mutate({ alert: now, act: { kind: 'claim', takeOver: true } }),
      });
    },
  });
  return {
    busy: mutation.isPending,
    act: (alert: AlertView, act: AlertAct, after?: () => void) =>
      mutation.mutate({ alert, act }, after === undefined ? {} : { onSuccess: after }),
  };
}

function hasSteps(view: AlertView | AlertDetails): view is AlertDetails {
  return 'steps' in view;
}
