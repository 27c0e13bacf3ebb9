import { useTranslation } from 'react-i18next';
import { crossingSides } from '#contracts/shapes';
import type { DrawnShape } from '../drawing/shape-lines.tsx';
import { Surface } from '../drawing/surface.tsx';
import { HeightMark } from './height-mark.tsx';
import { KINDS, LEAST_POINTS, MOST_SHAPE_POINTS, type ShapeName, shapesOf } from './rule-form.ts';
import type { RulesEditor } from './use-rules-editor.ts';

/** The camera's still with everything that is drawn of its rules; what is being worked on stands out. */
export function RulePicture({ cameraId, editor }: { cameraId: string; editor: RulesEditor }) {
  const { t } = useTranslation('admin');
  const { forms, rule, chosen, drawing, choose, reshape } = editor;
  const drawn = forms.flatMap((form) =>
    shapesOf(form)
      .filter((name) => form[name].length > 0 || (form.id === rule?.id && name === drawing))
      .map((name) => ({ form, name })),
  );
  const indexOf = (ruleId: string | undefined, shape: ShapeName | null): number =>
    drawn.findIndex(({ form, name }) => form.id === ruleId && name === shape);
  const open = chosen === null ? -1 : indexOf(chosen.ruleId, chosen.shape);
  const growing = indexOf(rule?.id, drawing);
  const height = rule !== null && KINDS[rule.kind].objects ? Number(rule.leastHeight) : 0;
  return (
    <Surface
      cameraId={cameraId}
      shapes={drawn.map(({ form, name }): DrawnShape => {
        const points = form[name];
        const closed = name === 'area';
        return {
          key: `${form.id} ${name}`,
          points,
          closed,
          look: name,
          label: t(`rules.shapes.${name}`, { name: form.name }),
          least: LEAST_POINTS[name],
          most: MOST_SHAPE_POINTS[name],
          crossing: closed ? crossingSides(points) : [],
          faint: form.id !== rule?.id || !form.enabled,
          ...(name === 'line' ? { directions: { forward: t('rules.forward'), backward: t('rules.backward') } } : {}),
        };
      })}
      chosen={open === -1 ? null : { shape: open, point: chosen?.point ?? null }}
      choose={(at, point) => {
        const one = at === null ? undefined : drawn[at];
        choose(one === undefined ? null : { ruleId: one.form.id, shape: one.name, point: point ?? null });
      }}
      change={(at, to, gesture) => {
        const one = drawn[at];
        if (one !== undefined) reshape(one.form.id, one.name, to, gesture);
      }}
      undo={editor.undo}
      sketch={
        drawing === null || growing === -1
          ? null
          : {
              kind: 'points',
              shape: growing,
              add: (point) => editor.addPoint(drawing, point),
              finish: editor.finish,
            }
      }
      words={{
        picture: t('rules.picture'),
        noPicture: t('rules.noPicture'),
        point: (place) => t('rules.point', place),
        addPointHere: (place) => t('rules.addPointHere', place),
      }}
    >
      {height > 0 && height <= 100 && <HeightMark percent={height} />}
    </Surface>
  );
}
