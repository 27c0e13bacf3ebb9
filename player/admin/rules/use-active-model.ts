import { NAMED_OBJECTS } from '../../ui/object-name.ts';

/** What the server recognises now. */
export interface Recognition {
  /** `undefined`: not known yet. */
  readonly hasModel: boolean | undefined;
  readonly classes: readonly string[];
}

export function useRecognition(): Recognition {
  return { hasModel: undefined, classes: NAMED_OBJECTS };
}
