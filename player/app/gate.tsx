import { Loading } from '../ui/loading.tsx';
import { Routes } from './routes.tsx';
import { SessionProvider, useSessionQuery } from './session.tsx';
import { SignInPage } from './sign-in-page.tsx';

/** Decides between the way in and the console. */
export function Gate() {
  const { data: session } = useSessionQuery();
  if (session === undefined) return <Loading />;
  if (session.user === null) return <SignInPage />;
  return (
    <SessionProvider session={session} user={session.user}>
      <Routes />
    </SessionProvider>
  );
}
