/**
 * The shape that an English text file must have, made from the Vietnamese one, so that a missing or surplus string
 * fails the type check. English needs a second plural form where Vietnamese has one: `x_other` asks for `x_one`.
 */
export type English<Vietnamese> = {
  readonly [Key in keyof Vietnamese]: Vietnamese[Key] extends string ? string : English<Vietnamese[Key]>;
} & {
  readonly [Key in keyof Vietnamese as Key extends `${infer Stem}_other` ? `${Stem}_one` : never]: string;
};
