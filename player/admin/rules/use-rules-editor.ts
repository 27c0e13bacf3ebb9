import { useReducer, useState } from 'react';
import type { RuleKind, RuleSet } from '#contracts/rules';
import { begin, historyAfter } from '../drawing/history.ts';
import { inside, type Point, type Points, starterArea, starterLine, withPointRemoved } from '../drawing/shapes.ts';
import {
  faultsOf,
  formOf,
  LEAST_POINTS,
  MOST_SHAPE_POINTS,
  newRule,
  newRuleId,
  type RuleForm,
  ruleOf,
  type ShapeName,
  shapesOf,
} from './rule-form.ts';

export type Forms = readonly RuleForm[];

/** What is being worked on: a rule, perhaps one of its shapes, perhaps one of that shape's points. */
export interface Chosen {
  readonly ruleId: string;
  readonly shape: ShapeName | null;
  readonly point: number | null;
}

export type RulesEditor = ReturnType<typeof useRulesEditor>;

/** All rules of a camera while somebody works on them: nothing is saved until they say so, everything can be undone. */
export function useRulesEditor(set: RuleSet) {
  const [base, setBase] = useState(set);
  const [history, act] = useReducer(historyAfter<Forms>, set.rules.map(formOf), begin<Forms>);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  /** The shape of the chosen rule that grows with each click. */
  const [drawing, setDrawing] = useState<ShapeName | null>(null);
  const forms = history.now;
  const rule = forms.find(({ id }) => id === chosen?.ruleId) ?? null;
  const faulty = forms.filter((form) => Object.keys(faultsOf(form)).length > 0);

  function change(ruleId: string, to: (form: RuleForm) => RuleForm, gesture?: string): void {
    act({
      kind: 'change',
      to: (now) => now.map((form) => (form.id === ruleId ? to(form) : form)),
      ...(gesture === undefined ? {} : { gesture: `${ruleId} ${gesture}` }),
    });
  }

  function reshape(ruleId: string, shape: ShapeName, to: (points: Points) => Points, gesture?: string): void {
    change(ruleId, (form) => ({ ...form, [shape]: to(form[shape]) }), gesture && `${shape} ${gesture}`);
  }

  function finish(): void {
    const done = drawing;
    setDrawing(null);
    if (rule === null || done === null) return;
    // The arrow follows its area, where that is there.
    const next = shapesOf(rule).find((shape) => shape !== done && rule[shape].length === 0);
    if (next !== undefined && rule[done].length >= LEAST_POINTS[done]) draw(rule.id, next);
    else setChosen({ ruleId: rule.id, shape: done, point: null });
  }

  function draw(ruleId: string, shape: ShapeName): void {
    setChosen({ ruleId, shape, point: null });
    setDrawing(shape);
  }

  function undo(kind: 'undo' | 'redo'): void {
    setChosen((now) => now && { ...now, point: null });
    act({ kind });
  }

  return {
    ...{ base, forms, rule, chosen, drawing, faulty, change, reshape, draw, finish, undo },
    mayUndo: history.past.length > 0,
    mayRedo: history.future.length > 0,
    dirty: JSON.stringify(forms) !== JSON.stringify(base.rules.map(formOf)),
    choose(next: Chosen | null): void {
      if (next?.ruleId !== chosen?.ruleId) setDrawing(null);
      setChosen(next);
    },
    add(kind: RuleKind, name: string): void {
      const form = newRule(kind, newRuleId(), name);
      act({ kind: 'change', to: (now) => [...now, form] });
      const [shape = null] = shapesOf(form);
      setChosen({ ruleId: form.id, shape, point: null });
      setDrawing(shape);
    },
    addCopies(copies: Forms): void {
      act({ kind: 'change', to: (now) => [...now, ...copies] });
      const [first] = copies;
      if (first !== undefined) setChosen({ ruleId: first.id, shape: null, point: null });
    },
    remove(ruleId: string): void {
      act({ kind: 'change', to: (now) => now.filter(({ id }) => id !== ruleId) });
      if (chosen?.ruleId === ruleId) {
        setChosen(null);
        setDrawing(null);
      }
    },
    /** Begins a shape anew, point by point. */
    redraw(shape: ShapeName): void {
      if (rule === null) return;
      if (rule[shape].length > 0) reshape(rule.id, shape, () => []);
      draw(rule.id, shape);
    },
    addPoint(shape: ShapeName, point: Point): void {
      if (rule === null || rule[shape].length >= MOST_SHAPE_POINTS[shape]) return;
      reshape(rule.id, shape, (points) => [...points, inside(point)]);
      if (rule[shape].length + 1 === MOST_SHAPE_POINTS[shape]) {
        setDrawing(null);
        setChosen({ ruleId: rule.id, shape, point: null });
      }
    },
    /** A shape that is there at once, for who has no pointer. */
    putReady(shape: ShapeName): void {
      if (rule === null) return;
      const number = forms.findIndex(({ id }) => id === rule.id);
      reshape(rule.id, shape, () => (shape === 'area' ? starterArea(number) : starterLine(number)));
      setDrawing(null);
      setChosen({ ruleId: rule.id, shape, point: null });
    },
    removePoint(): void {
      if (chosen?.shape == null || chosen.point === null) return;
      const { ruleId, shape, point } = chosen;
      reshape(ruleId, shape, (points) => withPointRemoved(points, point, LEAST_POINTS[shape]));
      setChosen({ ...chosen, point: null });
    },
    turn(shape: ShapeName): void {
      if (rule !== null) reshape(rule.id, shape, (points) => points.toReversed());
    },
    /** For the server, when nothing is faulty. */
    toSave: (): RuleSet => ({ rules: forms.map(ruleOf), version: base.version }),
    /** What counts from now on: it was saved, or somebody else's was fetched. */
    beginWith(fresh: RuleSet): void {
      setBase(fresh);
      setDrawing(null);
      setChosen((now) => (fresh.rules.some(({ id }) => id === now?.ruleId) ? now && { ...now, point: null } : null));
      act({ kind: 'begin', with: fresh.rules.map(formOf) });
    },
  };
}
