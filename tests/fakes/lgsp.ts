import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A province's data sharing platform, as it stands between departments and us: it wraps what they send in an envelope of
 * its own and names units by their electronic identifiers (QĐ 20/2020). Whoever is fetched from asks it; whoever is
 * pushed to is sent each message until it is answered for, always under the same key.
 */
export interface LgspRow {
  readonly maDonVi: string;
  readonly maChiTieu: string;
  readonly ky: string;
  readonly giaTri: number | string;
}

/** How a feed reads the envelope. */
export const LGSP_MAPPING = {
  rowsAt: 'data.items',
  columns: { indicator: 'maChiTieu', unit: 'maDonVi', period: 'ky', value: 'giaTri' },
} as const;

const MOST_TRIES = 3;

export async function openLgsp(token = 'token-of-the-platform') {
  const services = new Map<string, readonly LgspRow[]>();
  let fault: { status: number; body: object } | null = null;
  const envelope = (items: readonly LgspRow[]) => ({
    ...{ messageId: randomUUID(), from: 'G22.99', sentAt: new Date().toISOString() },
    ...{ status: { code: '00', message: 'OK' }, data: { total: items.length, items } },
  });
  const server = createServer((asked, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
    };
    const items = services.get(new URL(asked.url ?? '', 'http://lgsp').pathname);
    if (asked.headers.authorization !== `Bearer ${token}`) return answer(401, { fault: { code: 900_902 } });
    if (fault !== null) return answer(fault.status, fault.body);
    return items === undefined ? answer(404, { fault: { code: 404 } }) : answer(200, envelope(items));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    token,
    /** Of a service, to be fetched. */
    urlOf: (service: string): string => `${origin}/${service}`,
    publish(service: string, rows: readonly LgspRow[]): void {
      services.set(`/${service}`, rows);
    },
    /** What it answers to everything from now on; platforms say many things with status 200. */
    fails(with_: { status: number; body: object } | null): void {
      fault = with_;
    },
    /** Sends a message to a subscriber; `loses`: so many answers are lost on the way. */
    async forward(
      to: { url: string; token: string },
      rows: readonly LgspRow[],
      loses = 0,
    ): Promise<{ status: number; json: unknown; tries: number }> {
      const message = envelope(rows);
      for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
        const reply = await post(to, message.messageId, JSON.stringify(message));
        if (tries > loses && reply.status < 500) return { ...reply, tries };
      }
      throw new Error('the subscriber has not answered for the message');
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function post(to: { url: string; token: string }, key: string, body: string) {
  return new Promise<{ status: number; json: unknown }>((resolve, reject) => {
    const headers = {
      ...{ authorization: `Bearer ${to.token}`, 'content-type': 'application/json', 'idempotency-key': key },
      ...{ date: new Date().toUTCString(), 'content-length': Buffer.byteLength(body) },
    };
    const sent = request(to.url, { method: 'POST', headers, agent: false }, (reply) => {
      const parts: Buffer[] = [];
      reply.on('data', (part: Buffer) => parts.push(part));
      reply.on('end', () => {
        resolve({ status: reply.statusCode ?? 0, json: JSON.parse(Buffer.concat(parts).toString() || 'null') });
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
