import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Router } from 'wouter';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import type { LeaveGuard } from './leave-guard.ts';

const GuardContext = createContext<LeaveGuard | null>(null);

/** The router, with the question before something unsaved is left. */
export function GuardedRouter({ guard, children }: { guard: LeaveGuard; children: ReactNode }) {
  const { t } = useTranslation('app');
  const pending = useSyncExternalStore(guard.subscribe, guard.pending);
  return (
    <GuardContext value={guard}>
      <Router aroundNav={(navigate, to, options) => guard.ask(() => navigate(to, options))}>{children}</Router>
      <ConfirmDialog
        opened={pending !== null}
        title={t('unsaved.title')}
        action={t('unsaved.leave')}
        danger
        onConfirm={() => guard.answer(true)}
        onClose={() => guard.answer(false)}
      >
        {t('unsaved.text')}
      </ConfirmDialog>
    </GuardContext>
  );
}

/** While `unsaved` is true, nobody leaves this page without being asked. */
export function useUnsaved(unsaved: boolean): void {
  const guard = useContext(GuardContext);
  useEffect(() => {
    if (!unsaved || guard === null) return undefined;
    return guard.hold();
  }, [unsaved, guard]);
}
