/** One thing to feed with nonsense: a parser, or all of a protocol's layers behind one another. */
export interface FuzzTarget {
  /** File name of its corpus; kebab-case. */
  readonly name: string;
  /** Good inputs, from which bad ones are made. */
  readonly seeds: readonly Uint8Array[];
  /** Pieces that mean something to it: what is put in, beside bytes at random. */
  readonly words: readonly (string | Uint8Array)[];
  /** Throws for a mistake of ours; what the input is refused with on purpose is caught here. Deterministic. */
  run(input: Uint8Array): void;
}

/** Throws where a fuzzed program has broken its word. */
export function holds(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`does not hold: ${what}`);
}
