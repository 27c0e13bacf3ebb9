import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { Figure, Indicator } from '#contracts/sectors';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAreas, useSectors, useUnits } from '../api/sector-queries.ts';
import { useFieldError } from '../api/use-field-error.ts';
import { directiveLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { numberText, withUnit } from '../sectors/figure-words.ts';
import { useLocale, useWords } from '../sectors/texts.ts';
import { fromLocalInput, toLocalInput } from '../ui/local-input.ts';
import { Notice } from '../ui/notice.tsx';
import { optionsFilter } from '../ui/options-filter.ts';

const WEEK_MS = 7 * 86_400_000;

/** A leader asks a unit for something: from a figure, which is pinned as it stands, or of none. */
export function DirectiveDialog(props: {
  pinned: { indicator: Indicator; figure: Figure } | null;
  onClose: () => void;
}) {
  const { pinned, onClose } = props;
  const { t } = useTranslation(['sectors', 'app']);
  const words = useWords();
  const locale = useLocale();
  const api = useApi();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const { serverNow } = useSession();
  const units = useUnits();
  const sectors = useSectors();
  const areas = useAreas();
  const owner = sectors.data?.find(({ key }) => key === pinned?.indicator.sector)?.owningUnitId ?? null;
  const local = units.data?.find(
    ({ areaCode, kind }) => kind === 'commune' && areaCode === pinned?.figure.areaCode,
  )?.id;
  const [title, setTitle] = useState(pinned === null ? '' : words(pinned.indicator.name));
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [due, setDue] = useState(() => toLocalInput(serverNow() + WEEK_MS).slice(0, 16));
  const unitId = chosen ?? local ?? owner;
  const dueMs = fromLocalInput(due);
  const give = useMutation({
    mutationFn: () =>
      api.directives.give({
        title: title.trim(),
        text: text.trim(),
        unitId: unitId ?? '',
        dueMs: dueMs ?? 0,
        figure: pinned === null ? null : { indicator: pinned.indicator.code, areaCode: pinned.figure.areaCode },
      }),
    async onSuccess(directive) {
      await queryClient.invalidateQueries({ queryKey: queryKeys.directives });
      onClose();
      navigate(directiveLink(directive.id));
    },
  });
  const fieldError = useFieldError(give.error);
  const options = useMemo(() => units.data?.map(({ id, name }) => ({ value: id, label: name })) ?? [], [units.data]);
  const ready = title.trim() !== '' && text.trim() !== '' && unitId !== null && dueMs !== null;
  function submit(event: FormEvent): void {
    event.preventDefault();
    event.stopPropagation();
    if (ready) give.mutate();
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('directives.new')}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {pinned !== null && (
            <Notice
              kind="info"
              title={`${words(pinned.indicator.name)}: ${
                pinned.figure.value === null
                  ? t('noValue')
                  : withUnit(
                      numberText(pinned.figure.value, pinned.indicator.decimals, locale),
                      words(pinned.indicator.unit),
                    )
              }`}
            >
              {areas.data?.find(({ code }) => code === pinned.figure.areaCode)?.name}. {t('directives.pinHint')}
            </Notice>
          )}
          <TextInput
            label={t('directives.title')}
            required
            maxLength={200}
            value={title}
            error={fieldError('title')}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <Select
            label={t('directives.unit')}
            required
            searchable
            limit={100}
            filter={optionsFilter}
            data={options}
            value={unitId}
            error={fieldError('unitId')}
            onChange={setChosen}
          />
          <TextInput
            type="datetime-local"
            label={t('directives.due')}
            required
            value={due}
            error={fieldError('dueMs')}
            onChange={(event) => setDue(event.currentTarget.value)}
          />
          <Textarea
            data-autofocus
            label={t('directives.text')}
            required
            autosize
            minRows={4}
            maxLength={4000}
            value={text}
            error={fieldError('text')}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {give.isError && <ErrorNotice error={give.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('app:common.cancel')}
            </Button>
            <Button type="submit" disabled={!ready} loading={give.isPending}>
              {t('directives.send')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
