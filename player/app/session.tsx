import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import type { Permission } from '#contracts/access';
import type { SessionView, UserView } from '#contracts/http';
import { leavePush } from '../alerts/push.ts';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';

/** Who is signed in, for everything below the sign-in page. */
export interface Session {
  readonly view: SessionView;
  readonly user: UserView;
  can(permission: Permission): boolean;
  /** The server's clock now, in ms since 1970: ages must not depend on the clock of this screen. */
  serverNow(): number;
  signOut(): Promise<void>;
}

const SessionContext = createContext<Session | null>(null);

export function useSessionQuery() {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.session,
    queryFn: async ({ signal }) => withClock(await api.session.get(signal)),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** A session as it was received, with what the two clocks differ by. */
export interface KnownSession extends SessionView {
  /** Server minus this screen, ms. */
  readonly clockOffsetMs: number;
}

export function withClock(view: SessionView): KnownSession {
  return { ...view, clockOffsetMs: view.serverMs - Date.now() };
}

export function SessionProvider(props: {
  session: KnownSession;
  user: UserView;
  /** Called before the session ends because the person wants it, not because it ran out. */
  onSignOut: () => void;
  children: ReactNode;
}) {
  const { session, user, onSignOut, children } = props;
  const api = useApi();
  const queryClient = useQueryClient();
  const value: Session = {
    view: session,
    user,
    can: (permission) => session.permissions.includes(permission),
    serverNow: () => Date.now() + session.clockOffsetMs,
    async signOut() {
      // While the server still knows whose it is.
      await leavePush(api.push.unsubscribe);
      await api.session.signOut();
      await queryClient.refetchQueries({ queryKey: queryKeys.session });
      onSignOut();
      // Nothing of this person may be left for the next one at this screen.
      queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== queryKeys.session[0] });
    },
  };
  return <SessionContext value={value}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession outside of a signed-in page');
  return session;
}
