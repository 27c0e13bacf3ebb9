import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { Fault } from '#base/errors';
import { PERMISSIONS, scopeSchema } from '#contracts/access';
import type { TokenCreated, TokenView, tokenInputSchema } from '#contracts/http';
import type { TokenActor } from './actor.ts';
import { assertAddressList, isAllowed } from './addresses.ts';
import { hashSecret, randomSecret } from './random-secret.ts';
import type { StreamPasswords } from './stream-passwords.ts';

/** Bearer tokens for machines: shown once, kept as a hash, scoped, with an end and an optional list of addresses. */
export interface Tokens {
  list(): Promise<readonly TokenView[]>;
  create(queries: Queries, body: z.output<typeof tokenInputSchema>): Promise<TokenCreated>;
  rotate(queries: Queries, id: string): Promise<TokenCreated>;
  remove(queries: Queries, id: string): Promise<TokenView>;
  /** Who a secret belongs to, used from this address; `undefined` when it is wrong, over, or not allowed there. */
  find(secret: string, address: string): Promise<TokenActor | undefined>;
  /** The same for who knows its stream password, which `matches` is asked about. */
  findPlayer(id: string, matches: (password: string) => boolean, address: string): Promise<TokenActor | undefined>;
  /** The same one now, unless it ended or its secret was changed. */
  revalidate(actor: TokenActor): Promise<TokenActor | undefined>;
  /** By its id, wherever it is used from. */
  get(id: string, address: string): Promise<TokenActor | undefined>;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly token_hash: string;
  readonly permissions: string;
  readonly scopes: string;
  readonly addresses: string;
  readonly created_ms: number;
  readonly expires_ms: number;
  readonly last_used_ms: number | null;
}

/** Tells scanners for leaked secrets, and people, what they found. */
const PREFIX = 'tmn_';
const HINT_LENGTH = PREFIX.length + 4;
const DAY_MS = 86_400_000;
const USED_EVERY_MS = 60_000;

export function createTokens(database: Database, clock: Clock, streamPasswords: StreamPasswords): Tokens {
  async function existing(queries: Queries, id: string): Promise<Row> {
    const row = await queries.get<Row>('SELECT * FROM tokens WHERE id = ?', id);
    if (row === undefined) throw new Fault('notFound', 'token.notFound', 'there is no such token');
    return row;
  }

  const alive = (row: Row | undefined): row is Row => row !== undefined && clock.now() < row.expires_ms;

  /** From this address, and it is noted that it was used. */
  async function use(row: Row, address: string): Promise<TokenActor | undefined> {
    if (!isAllowed(address, viewOf(row).addresses)) return undefined;
    const now = clock.now();
    if (now - (row.last_used_ms ?? 0) >= USED_EVERY_MS) {
      await database.run('UPDATE tokens SET last_used_ms = ? WHERE id = ?', now, row.id);
    }
    return actorOf(row, address);
  }

  function created(row: Row, secret: string): TokenCreated {
    const token = viewOf(row);
    const plays = token.permissions.includes('camera.view');
    return { token, secret, streamPassword: plays ? streamPasswords.of(row.id, row.token_hash) : null };
  }

  async function get(id: string, address: string): Promise<TokenActor | undefined> {
    const row = await database.get<Row>('SELECT * FROM tokens WHERE id = ?', id);
    return alive(row) ? actorOf(row, address) : undefined;
  }

  return {
    async list() {
      return (await database.all<Row>('SELECT * FROM tokens ORDER BY name, id')).map(viewOf);
    },

    async create(queries, body) {
      assertAddressList(body.addresses, 'addresses');
      const id = randomUUID();
      const secret = newSecret();
      const now = clock.now();
      await queries.run(
        `INSERT INTO tokens (id, name, hint, token_hash, permissions, scopes, addresses, created_ms, expires_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        body.name,
        secret.slice(0, HINT_LENGTH),
        hashSecret(secret),
        JSON.stringify(body.permissions),
        JSON.stringify(body.scopes),
        JSON.stringify(body.addresses),
        now,
        now + body.days * DAY_MS,
      );
      return created(await existing(queries, id), secret);
    },

    async rotate(queries, id) {
      const secret = newSecret();
      await existing(queries, id);
      await queries.run(
        'UPDATE tokens SET token_hash = ?, hint = ?, last_used_ms = NULL WHERE id = ?',
        hashSecret(secret),
        secret.slice(0, HINT_LENGTH),
        id,
      );
      return created(await existing(queries, id), secret);
    },

    async remove(queries, id) {
      const row = await existing(queries, id);
      await queries.run('DELETE FROM tokens WHERE id = ?', id);
      return viewOf(row);
    },

    async find(secret, address) {
      if (!secret.startsWith(PREFIX)) return undefined;
      const row = await database.get<Row>('SELECT * FROM tokens WHERE token_hash = ?', hashSecret(secret));
      return alive(row) ? use(row, address) : undefined;
    },

    async findPlayer(id, matches, address) {
      const row = await database.get<Row>('SELECT * FROM tokens WHERE id = ?', id);
      return alive(row) && matches(streamPasswords.of(row.id, row.token_hash)) ? use(row, address) : undefined;
    },

    get,

    async revalidate(actor) {
      const now = await get(actor.tokenId, actor.address);
      return now?.secretHash === actor.secretHash ? now : undefined;
    },
  };
}

function newSecret(): string {
  return PREFIX + randomSecret();
}

const permissionsSchema = z.array(z.enum(PERMISSIONS));
const scopesSchema = z.array(scopeSchema);
const addressesSchema = z.array(z.string());

function viewOf(row: Row): TokenView {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    permissions: permissionsSchema.parse(JSON.parse(row.permissions)),
    scopes: scopesSchema.parse(JSON.parse(row.scopes)),
    addresses: addressesSchema.parse(JSON.parse(row.addresses)),
    createdMs: row.created_ms,
    expiresMs: row.expires_ms,
    lastUsedMs: row.last_used_ms,
  };
}

function actorOf(row: Row, address: string): TokenActor {
  const { id, name, expiresMs, permissions, scopes } = viewOf(row);
  return { kind: 'token', tokenId: id, name, expiresMs, permissions, scopes, address, secretHash: row.token_hash };
}
