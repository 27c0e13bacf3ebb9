/** Classes that cameras are watched for, and that people have a word for; others keep the model's name. */
export const NAMED_OBJECTS = [
  'person',
  'bicycle',
  'car',
  'motorcycle',
  'bus',
  'truck',
  'boat',
  'train',
  'cat',
  'dog',
  'cow',
  'bird',
  'backpack',
  'handbag',
  'suitcase',
  'umbrella',
] as const;

type Key = `app:objects.${(typeof NAMED_OBJECTS)[number] | 'something'}`;

/** The word for a class of the model; `null` is something, whatever it is. */
export function objectName(say: (key: Key) => string, label: string | null): string {
  if (label === null) return say('app:objects.something');
  const named = NAMED_OBJECTS.find((name) => name === label);
  return named === undefined ? label : say(`app:objects.${named}`);
}
