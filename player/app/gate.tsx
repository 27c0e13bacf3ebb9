import { useCallback } from 'react';
import { AnnouncerProvider } from '../ui/announcer.tsx';
import { Loading } from '../ui/loading.tsx';
import { NowProvider } from '../ui/now.tsx';
import { Routes } from './routes.tsx';
import { SessionProvider, useSessionQuery } from './session.tsx';
import { SignInPage } from './sign-in-page.tsx';

/** Decides between the way in and the console. */
export function Gate() {
  const { data: session } = useSessionQuery();
  const offset = session?.clockOffsetMs ?? 0;
  const clock = useCallback(() => Date.now() + offset, [offset]);
  if (session === undefined) return <Loading />;
  if (session.user === null) return <SignInPage />;
  return (
    <SessionProvider session={session} user={session.user}>
      <NowProvider clock={clock}>
        <AnnouncerProvider>
          <Routes />
        </AnnouncerProvider>
      </NowProvider>
    </SessionProvider>
  );
}
