import { ActionIcon, Group, Stack, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Indicator } from '#contracts/sectors';
import { useWords } from '../../sectors/texts.ts';

/** Those that are named, in their order; the others behind. */
export function layoutOf(indicators: readonly Indicator[], layout: readonly string[]): readonly Indicator[] {
  const named = layout.flatMap((code) => indicators.find((one) => one.code === code) ?? []);
  return [...named, ...indicators.filter(({ code }) => !layout.includes(code))];
}

/** In which order the figures stand on the sector's page. */
export function LayoutFields(props: {
  indicators: readonly Indicator[];
  onChange: (layout: readonly string[]) => void;
}) {
  const { indicators, onChange } = props;
  const { t } = useTranslation('admin');
  const words = useWords();
  const codes = indicators.map(({ code }) => code);
  function swap(at: number, other: number): void {
    const next = [...codes];
    const [one, two] = [codes[at], codes[other]];
    if (one === undefined || two === undefined) return;
    next[at] = two;
    next[other] = one;
    onChange(next);
  }
  return (
    <Stack gap={4} role="group" aria-label={t('catalogue.layout')}>
      <Text size="sm" fw={500}>
        {t('catalogue.layout')}
      </Text>
      {indicators.map(({ code, name }, at) => (
        <Group key={code} gap="xs" wrap="nowrap" justify="space-between">
          <Text size="sm">{words(name)}</Text>
          <Group gap={2} wrap="nowrap">
            <ActionIcon
              variant="subtle"
              color="gray"
              disabled={at === 0}
              aria-label={t('catalogue.moveUp', { name: words(name) })}
              onClick={() => swap(at, at - 1)}
            >
              <IconArrowUp size={16} aria-hidden />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              disabled={at === indicators.length - 1}
              aria-label={t('catalogue.moveDown', { name: words(name) })}
              onClick={() => swap(at, at + 1)}
            >
              <IconArrowDown size={16} aria-hidden />
            </ActionIcon>
          </Group>
        </Group>
      ))}
    </Stack>
  );
}
