import { SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES } from '#contracts/languages';
import { changeLanguage } from './i18n.ts';
import { Mark } from './mark.tsx';
import classes from './way-in.module.css';

/** The frame of every page before the console: sign-in, setup, first password, second factor. */
export function WayIn(props: { title: string; hint?: string; wide?: boolean; children: ReactNode }) {
  const { t, i18n } = useTranslation('app');
  return (
    <main className={classes.page}>
      <div className={classes.column} data-wide={props.wide === true}>
        <header className={classes.header}>
          <Mark size={28} />
          <span className={classes.product}>{t('product')}</span>
          <SegmentedControl
            size="xs"
            className={classes.language}
            aria-label={t('language.label')}
            data={LANGUAGES.map((language) => ({ value: language, label: language.toUpperCase() }))}
            value={i18n.language}
            onChange={(value) => {
              const language = LANGUAGES.find((known) => known === value);
              if (language !== undefined) void changeLanguage(i18n, language);
            }}
          />
        </header>
        <div className={classes.card}>
          <h1 className={classes.title}>{props.title}</h1>
          {props.hint !== undefined && <p className={classes.hint}>{props.hint}</p>}
          {props.children}
        </div>
        <p className={classes.tagline}>{t('tagline')}</p>
      </div>
    </main>
  );
}
