import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RuleTrial } from '#contracts/rules';
import { useApi } from '../../../api/context.tsx';
import { type RuleForm, ruleOf } from '../rule-form.ts';
import type { TrialRun } from './compare-runs.ts';
import type { Span } from './trial-range.ts';

/** ms between two looks at how far a trial is. */
const LOOK_MS = 1000;
/** Of each rule; older ones go. */
const MOST_RUNS = 6;

export const goesOn = ({ state }: Pick<RuleTrial, 'state'>): boolean => state === 'waiting' || state === 'running';

export type Trials = ReturnType<typeof useTrials>;

/** The trials of a camera's rules since this page was opened; one at a time runs. */
export function useTrials(cameraId: string) {
  const api = useApi();
  const [runs, setRuns] = useState<readonly TrialRun[]>([]);
  const running = runs.find(({ trial }) => goesOn(trial))?.trial ?? null;
  const put = (trial: RuleTrial): void =>
    setRuns((now) => now.map((run) => (run.trial.id === trial.id ? { ...run, trial } : run)));

  const look = useQuery({
    queryKey: ['rule-trial', running?.id],
    async queryFn({ signal }) {
      const trial = await api.rules.trial(running?.id ?? '', signal);
      put(trial);
      return trial;
    },
    enabled: running !== null,
    refetchInterval: LOOK_MS,
    gcTime: 0,
  });
  const start = useMutation({
    mutationFn: ({ form, span }: { form: RuleForm; span: Span }) =>
      api.rules.startTrial(cameraId, { rule: ruleOf(form), ...span }),
    onSuccess: (trial, { form }) =>
      setRuns((now) => {
        const ofRule = now.filter((run) => run.form.id === form.id).slice(-(MOST_RUNS - 1));
        return [...now.filter((run) => run.form.id !== form.id), ...ofRule, { form, trial }];
      }),
  });
  const stop = useMutation({
    mutationFn: (trial: RuleTrial) => api.rules.stopTrial(trial.id),
    // What it has found so far stays, whether the server keeps it or not.
    onSuccess: (_, trial) =>
      setRuns((now) =>
        now.map((run) =>
          run.trial.id === trial.id && goesOn(run.trial) ? { ...run, trial: { ...run.trial, state: 'stopped' } } : run,
        ),
      ),
  });
  return {
    running,
    runsOf: (ruleId: string): readonly TrialRun[] => runs.filter(({ form }) => form.id === ruleId),
    start,
    stop,
    /** Why it cannot be asked how far it is. */
    lost: running === null ? null : look.error,
  };
}
