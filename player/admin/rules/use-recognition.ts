import { useActiveModel } from '../../api/queries.ts';
import { NAMED_OBJECTS } from '../../ui/object-name.ts';

/** What the server recognises now. */
export interface Recognition {
  /** `undefined`: not known, or it is only starting. */
  readonly hasModel: boolean | undefined;
  /** Those of the model; without one those that people have a word for: rules can be made before it is there. */
  readonly classes: readonly string[];
}

export function useRecognition(): Recognition {
  const { data } = useActiveModel(true);
  if (data === undefined || data.reason === 'starting') return { hasModel: undefined, classes: NAMED_OBJECTS };
  return { hasModel: data.model !== null, classes: data.model?.classes ?? NAMED_OBJECTS };
}
