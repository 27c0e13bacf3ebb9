import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { gradeOf, QUALITIES, type Quality, type Scores } from '#contracts/quality';
import { scoreText } from './figure-words.ts';
import classes from './sectors.module.css';
import { useLocale } from './texts.ts';

/** Đúng, đủ, sạch, sống: each as a word, a bar and a number, so that none needs its colour. Grey where nothing counts. */
export function QualityBars(props: {
  scores: Scores;
  /** With the failing rows one click away. */
  onOpen?: (quality: Quality) => void;
  large?: boolean;
}) {
  const { scores, onOpen, large = false } = props;
  const { t } = useTranslation('sectors');
  const locale = useLocale();
  return (
    <div className={classes.bars} data-large={large} role="group" aria-label={t('quality.label')}>
      {QUALITIES.map((quality) => {
        const score = scores[quality];
        const grade = gradeOf(quality, score);
        const text = scoreText(score, locale);
        const words = t('quality.value', {
          quality: t(`quality.names.${quality}`),
          value: text === null ? t('quality.none') : `${text}\u202f%`,
          grade: t(`quality.grades.${grade}`),
        });
        const inside = (
          <>
            <span className={classes.barName} aria-hidden>
              {t(large ? `quality.names.${quality}` : `quality.short.${quality}`)}
            </span>
            <span className={classes.bar} aria-hidden>
              <span
                className={classes.barFill}
                style={{ width: `${score.b === 0 ? 0 : Math.max(4, (100 * score.a) / score.b)}%` }}
              />
            </span>
            <span className={classes.barNumber} aria-hidden>
              {text ?? '–'}
            </span>
          </>
        );
        return onOpen === undefined ? (
          <span
            key={quality}
            className={classes.barBox}
            data-grade={grade}
            data-quality={quality}
            role="img"
            aria-label={words}
            title={words}
          >
            {inside}
          </span>
        ) : (
          <UnstyledButton
            key={quality}
            className={classes.barBox}
            data-grade={grade}
            data-quality={quality}
            aria-label={`${words}. ${t('quality.open')}`}
            title={words}
            onClick={() => onOpen(quality)}
          >
            {inside}
          </UnstyledButton>
        );
      })}
    </div>
  );
}
