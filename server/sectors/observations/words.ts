import type { Queries } from '#base/database';

/** What words mean as numbers. Only what was committed is remembered: a transaction that is undone takes its words along. */
const WORD_KINDS = ['indicator', 'area', 'unit', 'dims', 'feed'] as const;
export type WordKind = (typeof WORD_KINDS)[number];

export interface Words {
  /** The number of a word that was stored; `undefined` where nothing was delivered for it yet. */
  id(kind: WordKind, word: string): number | undefined;
  /** The word of a number, `''` for 0. */
  word(id: number): string;
  /** Reads what was committed since the last time. */
  refresh(): Promise<void>;
  /** Within a transaction: also makes numbers for words that are new. Ask through one of these for a whole batch. */
  writer(queries: Queries): (kind: WordKind, word: string) => Promise<number>;
}

interface WordRow {
  readonly id: number;
  readonly kind: WordKind;
  readonly word: string;
}

export function createWords(queries: Pick<Queries, 'all'>): Words {
  const ids = new Map<WordKind, Map<string, number>>(WORD_KINDS.map((kind) => [kind, new Map()]));
  const words = new Map<number, string>([[0, '']]);
  let newest = 0;

  return {
    id: (kind, word) => ids.get(kind)?.get(word),
    word: (id) => words.get(id) ?? '',
    async refresh() {
      const rows = await queries.all<WordRow>('SELECT id, kind, word FROM observation_words WHERE id > ?', newest);
      for (const { id, kind, word } of rows) {
        ids.get(kind)?.set(word, id);
        words.set(id, word);
        newest = Math.max(newest, id);
      }
    },
    writer(within) {
      const fresh = new Map<string, number>();
      return async (kind, word) => {
        if (word === '') return 0;
        const known = ids.get(kind)?.get(word) ?? fresh.get(`${kind} ${word}`);
        if (known !== undefined) return known;
        await within.run(
          'INSERT INTO observation_words (kind, word) VALUES (?, ?) ON CONFLICT (kind, word) DO NOTHING',
          kind,
          word,
        );
        const row = await within.get<{ id: number }>(
          'SELECT id FROM observation_words WHERE kind = ? AND word = ?',
          kind,
          word,
        );
        const id = row?.id ?? 0;
        fresh.set(`${kind} ${word}`, id);
        return id;
      };
    },
  };
}

/** Dimensions as one word, whatever their order; `''` for none. */
export function dimsWord(dims: Readonly<Record<string, string>>): string {
  const entries = Object.entries(dims);
  if (entries.length === 0) return '';
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
