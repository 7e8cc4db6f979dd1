import type { z } from 'zod';
import type { FormFields } from '../forms/read-form.ts';
import { refuse } from '../refusal.ts';

/**
 * The fields of a form as its schema says. What our own pages cannot send is refused as a whole; what a person can mistype
 * is for the handler to judge.
 * @throws {GatehouseError} `form-invalid`.
 */
export const parseForm = <S extends z.ZodType>(schema: S, form: FormFields): z.output<S> => {
  const parsed = schema.safeParse(form);
  return parsed.success ? parsed.data : refuse('form-invalid');
};
