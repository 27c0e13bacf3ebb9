import { Button, Group, Stack, Text } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowsExchange,
  IconPencil,
  IconShape,
  IconVectorOff,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { LEAST_POINTS, shapesOf } from './rule-form.ts';
import classes from './rules.module.css';
import type { RulesEditor } from './use-rules-editor.ts';

/** What the next click on the picture does, while something is being drawn; stands above the picture. */
export function DrawingGuide({ editor }: { editor: RulesEditor }) {
  const { t } = useTranslation('admin');
  const { rule, drawing } = editor;
  if (rule === null || drawing === null) return null;
  const enough = rule[drawing].length >= LEAST_POINTS[drawing];
  return (
    <div className={classes.guide} role="status">
      <Text size="sm">{t(`rules.drawing.${drawing}`)}</Text>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={() => editor.putReady(drawing)}>
          {t(`rules.ready.${drawing}`)}
        </Button>
        <Button size="compact-sm" variant={enough ? 'filled' : 'default'} onClick={editor.finish}>
          {t(enough ? 'rules.finish' : 'rules.giveUp')}
        </Button>
      </Group>
    </div>
  );
}

export function DrawingTools({ editor }: { editor: RulesEditor }) {
  const { t } = useTranslation('admin');
  const { rule, chosen, drawing } = editor;
  const shape = chosen?.shape ?? null;
  const points = rule === null || shape === null ? 0 : rule[shape].length;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {rule !== null &&
          drawing === null &&
          shapesOf(rule).map((name) => (
            <Tool
              key={name}
              label={t(rule[name].length === 0 ? `rules.draw.${name}` : `rules.redraw.${name}`)}
              icon={IconPencil}
              may
              run={() => editor.redraw(name)}
            />
          ))}
        {rule !== null &&
          drawing === null &&
          shapesOf(rule)
            .filter((name) => rule[name].length === 0)
            .map((name) => (
              <Tool
                key={name}
                label={t(`rules.ready.${name}`)}
                icon={IconShape}
                may
                run={() => editor.putReady(name)}
              />
            ))}
        {rule !== null &&
          shapesOf(rule)
            .filter((name) => name !== 'area' && rule[name].length > 1)
            .map((name) => (
              <Tool key={name} label={t('rules.turn')} icon={IconArrowsExchange} may run={() => editor.turn(name)} />
            ))}
        <Tool
          label={t('rules.removePoint')}
          icon={IconVectorOff}
          may={shape !== null && chosen?.point != null && points > LEAST_POINTS[shape]}
          run={editor.removePoint}
        />
        <Tool label={t('rules.undo')} icon={IconArrowBackUp} may={editor.mayUndo} run={() => editor.undo('undo')} />
        <Tool label={t('rules.redo')} icon={IconArrowForwardUp} may={editor.mayRedo} run={() => editor.undo('redo')} />
      </Group>
      <Text size="xs" c="dimmed">
        {t('rules.keys')} {t('rules.feet')}
      </Text>
    </Stack>
  );
}

function Tool(props: { label: string; icon: TablerIcon; may: boolean; run: () => void }) {
  const { label, icon: Icon, may, run } = props;
  return (
    <Button size="xs" variant="default" leftSection={<Icon size={14} aria-hidden />} disabled={!may} onClick={run}>
      {label}
    </Button>
  );
}
