import { Button, Drawer, Group, SegmentedControl, Stack, Switch, Text, TextInput } from '@mantine/core';
import { showNotification } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OUTPUT_KINDS, type OutputTest, type OutputView } from '#contracts/outputs';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useFieldError } from '../../api/use-field-error.ts';
import { useUnsaved } from '../../app/leave-guard-provider.tsx';
import { FilterFields } from './filter-fields.tsx';
import { OutputFields } from './output-fields.tsx';
import { draftOf, formOf, isComplete, type OutputForm } from './output-form.ts';
import { TestResult } from './test-result.tsx';

/** `null` is closed, `'new'` makes one. */
export type EditedOutput = OutputView | 'new' | null;

export function OutputDrawer({ editing, done }: { editing: EditedOutput; done: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  return (
    <Drawer
      opened={editing !== null}
      onClose={done}
      position="right"
      size="lg"
      closeOnClickOutside={false}
      title={editing === 'new' ? t('outputs.add') : t('outputs.edit')}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      {editing !== null && <DrawerForm first={editing === 'new' ? null : editing} done={done} />}
    </Drawer>
  );
}

function DrawerForm({ first, done }: { first: OutputView | null; done: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  /** As it is stored: a new one becomes an old one by being saved with a test. */
  const [stored, setStored] = useState(first);
  const [form, setForm] = useState<OutputForm>(() => formOf(first));
  const [touched, setTouched] = useState(false);
  const [told, setTold] = useState<OutputTest | null>(null);
  const save = useMutation({
    async mutationFn(withTest: boolean) {
      const draft = draftOf(form);
      const view = stored === null ? await api.outputs.create(draft) : await api.outputs.update(stored.id, draft);
      setStored(view);
      setTouched(false);
      await queryClient.invalidateQueries({ queryKey: queryKeys.outputs });
      return withTest ? api.outputs.test(view.id) : null;
    },
    onSuccess(result) {
      setTold(result);
      if (result !== null) return;
      showNotification({ message: t('app:common.saved') });
      done();
    },
  });
  useUnsaved(touched);
  const fieldError = useFieldError(save.error);

  function change(part: Partial<OutputForm>): void {
    setTouched(true);
    setTold(null);
    setForm((now) => ({ ...now, ...part }));
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate(false);
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {stored === null && (
          <div>
            <SegmentedControl
              fullWidth
              aria-label={t('outputs.kind')}
              data={OUTPUT_KINDS.map((kind) => ({ value: kind, label: t(`outputs.kinds.${kind}`) }))}
              value={form.kind}
              onChange={(value) => change({ kind: OUTPUT_KINDS.find((kind) => kind === value) ?? 'webhook' })}
            />
            <Text size="sm" c="dimmed" mt={6}>
              {t(`outputs.kindHints.${form.kind}`)}
            </Text>
          </div>
        )}
        <TextInput
          data-autofocus
          label={t('outputs.name')}
          placeholder={t('outputs.nameExample')}
          required
          maxLength={120}
          error={fieldError('name')}
          value={form.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <OutputFields form={form} secretsSet={stored?.secretsSet ?? []} change={change} error={fieldError} />
        <FilterFields filter={form.filter} change={(filter) => change({ filter })} />
        <Switch
          label={t('outputs.enabled')}
          description={t('outputs.enabledHint')}
          checked={form.enabled}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
        />
        {save.error !== null && <ErrorNotice error={save.error} />}
        {told !== null && <TestResult told={told} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={done}>
            {t(stored !== null && !touched ? 'app:common.close' : 'app:common.cancel')}
          </Button>
          <Button
            variant="default"
            disabled={!isComplete(form)}
            loading={save.isPending && save.variables}
            onClick={() => save.mutate(true)}
          >
            {t('outputs.saveAndTest')}
          </Button>
          <Button type="submit" disabled={!isComplete(form)} loading={save.isPending && !save.variables}>
            {t('outputs.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
