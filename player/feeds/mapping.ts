import { MAPPED_FIELDS, type Mapping } from '#contracts/feeds';

export const NO_MAPPING: Mapping = {
  columns: {},
  indicators: {},
  dims: {},
  constants: {},
  words: {},
  rowsAt: '',
  csv: { delimiter: 'auto', decimal: 'auto', dates: 'auto', encoding: 'auto' },
};

/** What a column is to us: one of our fields, `indicator <code>`, or nothing. */
export function meaningOf(mapping: Mapping, column: string): string | null {
  const field = MAPPED_FIELDS.find((known) => mapping.columns[known] === column);
  if (field !== undefined) return field;
  const code = mapping.indicators[column];
  return code === undefined ? null : `indicator ${code}`;
}

/** A field is one column's at most, and a column one thing at most. */
export function withMeaning(mapping: Mapping, column: string, meaning: string | null): Mapping {
  const columns: Mapping['columns'] = {};
  for (const field of MAPPED_FIELDS) {
    const theirs = field === meaning ? column : mapping.columns[field];
    if (theirs !== undefined && (theirs !== column || field === meaning)) columns[field] = theirs;
  }
  const indicators = Object.fromEntries(Object.entries(mapping.indicators).filter(([theirs]) => theirs !== column));
  if (meaning?.startsWith('indicator ') === true) indicators[column] = meaning.slice('indicator '.length);
  return { ...mapping, columns, indicators };
}
