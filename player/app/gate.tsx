import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { SessionView } from '#contracts/http';
import { useApi } from '../api/context.tsx';
import { PageError } from '../api/page-error.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { AnnouncerProvider } from '../ui/announcer.tsx';
import { Loading } from '../ui/loading.tsx';
import { NowProvider } from '../ui/now.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { FirstPasswordPage } from './first-password-page.tsx';
import { FirstTotpPage } from './first-totp-page.tsx';
import { Routes } from './routes.tsx';
import { type KnownSession, SessionProvider, useSessionQuery, withClock } from './session.tsx';
import { SetupPage } from './setup-page.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { usePreferences } from './use-preferences.ts';
import { usePushedAddress } from './use-pushed-address.ts';

/** Decides between the way in and the console. */
export function Gate() {
  const { data: session, error, refetch } = useSessionQuery();
  const offset = session?.clockOffsetMs ?? 0;
  const clock = useCallback(() => Date.now() + offset, [offset]);
  usePreferences(session?.user ?? null);
  usePushedAddress();
  if (session === undefined)
    return error === null ? <Loading /> : <PageError error={error} retry={() => void refetch()} />;
  return (
    <NowProvider clock={clock}>
      <AnnouncerProvider>
        <ConnectionBanner />
        {session.setupNeeded ? <SetupPage /> : <Console session={session} />}
      </AnnouncerProvider>
    </NowProvider>
  );
}

/**
 * When a session ends by itself, the page stays mounted, unseen and out of reach, behind the way in: who signs in
 * again finds what they were typing. Somebody else gets a page of their own.
 */
function Console({ session }: { session: KnownSession }) {
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const [last, setLast] = useState<KnownSession | null>(null);
  useEffect(() => {
    if (session.user === null) return;
    // Somebody else signed in from another tab of this browser: nothing on this page is theirs.
    if (last?.user != null && last.user.id !== session.user.id) window.location.assign('/');
    else setLast(session);
  }, [session, last]);
  function enter(view: SessionView): void {
    if (last?.user != null && last.user.id !== view.user?.id) {
      setLast(null);
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== queryKeys.session[0] });
      navigate('/', { replace: true });
    }
    queryClient.setQueryData(queryKeys.session, withClock(view));
  }
  const ready = session.user !== null && !session.mustChangePassword && !session.mustEnrolTotp;
  useKeptPush(ready ? session.user.id : null);
  const leave = useCallback(() => {
    setLast(null);
    navigate('/', { replace: true });
  }, [navigate]);

  const shown = session.user === null ? last : session;
  const signedOut = session.user === null;
  return (
    <>
      {shown?.user != null && (
        <div inert={signedOut} style={signedOut ? { visibility: 'hidden', position: 'fixed', inset: 0 } : HEIGHT}>
          <SessionProvider session={shown} user={shown.user} onSignOut={leave}>
            <Inside session={shown} key={shown.user.id} />
          </SessionProvider>
        </div>
      )}
      {signedOut && <SignInPage endedFor={last?.user?.username ?? null} onSignedIn={enter} />}
    </>
  );
}

/** Whoever signs in, here or at the next start, has the pushes of this device from then on. */
function useKeptPush(userId: string | null): void {
  const { push } = useApi();
  useEffect(() => {
    // Most have none, and need no script for it.
    if (userId === null || typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
    import('../alerts/keep-push.ts').then(({ keepPush }) => keepPush(push.subscribe)).catch(() => undefined);
  }, [userId, push]);
}

const HEIGHT = { height: '100%' };

function Inside({ session }: { session: KnownSession }) {
  if (session.mustChangePassword) return <FirstPasswordPage />;
  if (session.mustEnrolTotp) return <FirstTotpPage />;
  return <Routes />;
}
