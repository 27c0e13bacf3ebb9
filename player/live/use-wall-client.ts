import { useEffect, useState } from 'react';
import { unplayableCodecs } from '../media/codecs.ts';
import { createWallClient, type WallClient } from '../media/wall-client.ts';

/** The one wall socket of this window, as long as the page is open. */
export function useWallClient(): WallClient {
  const [client] = useState(() => createWallClient({ cannotPlay: unplayableCodecs() }));
  useEffect(() => {
    client.open();
    return () => client.close();
  }, [client]);
  return client;
}
