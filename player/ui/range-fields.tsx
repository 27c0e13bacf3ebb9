import { SimpleGrid, TextInput } from '@mantine/core';

interface Edge {
  readonly label: string;
  /** As `toLocalInput` gives it. */
  readonly value: string;
  readonly change: (value: string) => void;
}

/** From when to when, to the second; what is wrong with it stands under the end. */
export function RangeFields({ from, to, error }: { from: Edge; to: Edge; error: string | undefined }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <Moment edge={from} error={undefined} />
      <Moment edge={to} error={error} />
    </SimpleGrid>
  );
}

function Moment({ edge, error }: { edge: Edge; error: string | undefined }) {
  return (
    <TextInput
      type="datetime-local"
      step={1}
      required
      label={edge.label}
      error={error}
      value={edge.value}
      onChange={(event) => edge.change(event.currentTarget.value)}
    />
  );
}
