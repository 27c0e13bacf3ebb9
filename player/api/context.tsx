import { createContext, type ReactNode, useContext } from 'react';
import type { Api } from './api.ts';
import type { Connection } from './connection.ts';

export interface Server {
  readonly api: Api;
  readonly connection: Connection;
}

const ServerContext = createContext<Server | null>(null);

export function ServerProvider({ server, children }: { server: Server; children: ReactNode }) {
  return <ServerContext value={server}>{children}</ServerContext>;
}

export function useServer(): Server {
  const server = useContext(ServerContext);
  if (server === null) throw new Error('no ServerProvider around this component');
  return server;
}

export const useApi = (): Api => useServer().api;
export const useConnection = (): Connection => useServer().connection;
