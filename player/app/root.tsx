import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import { lazy, Suspense } from 'react';
import { I18nextProvider } from 'react-i18next';
import { Route, Switch } from 'wouter';
import { type Server, ServerProvider } from '../api/context.tsx';
import { Loading } from '../ui/loading.tsx';
import { Gate } from './gate.tsx';
import type { LeaveGuard } from './leave-guard.ts';
import { GuardedRouter } from './leave-guard-provider.tsx';
import { cssVariables, theme } from './theme.ts';

/** For people without an account. */
const SharePage = lazy(() => import('../phone/share-page.tsx'));

const colorSchemeManager = localStorageColorSchemeManager({ key: 'tamnhin.theme' });

export function Root(props: { i18n: i18n; guard: LeaveGuard; server: Server; queryClient: QueryClient }) {
  return (
    <I18nextProvider i18n={props.i18n}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        colorSchemeManager={colorSchemeManager}
        defaultColorScheme="dark"
      >
        <QueryClientProvider client={props.queryClient}>
          <ServerProvider server={props.server}>
            <Notifications position="bottom-right" limit={4} autoClose={6000} />
            <GuardedRouter guard={props.guard}>
              <Switch>
                <Route path="/share">
                  <Suspense fallback={<Loading />}>
                    <SharePage />
                  </Suspense>
                </Route>
                <Route>
                  <Gate />
                </Route>
              </Switch>
            </GuardedRouter>
          </ServerProvider>
        </QueryClientProvider>
      </MantineProvider>
    </I18nextProvider>
  );
}
