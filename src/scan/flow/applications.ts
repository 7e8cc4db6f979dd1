import type { ModuleCode, Parameter } from '../lower/ir.ts';
import { external, type Val } from './value.ts';

/** What an application is of the frameworks that call functions with it when it starts or is set up. */
const APPLICATIONS: readonly (readonly [RegExp, string])[] = [
  [/^aiohttp(\.|$)/, 'aiohttp.web.Application()'],
  [/^sanic(\.|$)/, 'sanic.Sanic()'],
  [/^quart(\.|$)/, 'quart.Quart()'],
  [/^(fastapi|starlette)(\.|$)/, 'fastapi.FastAPI()'],
  [/^flask(\.|$)/, 'flask.Flask()'],
];

/** The application that parameter `app` of a function stands for, where its module speaks of one framework; else null. */
export const applicationParameter = ({ imports }: ModuleCode, { name }: Parameter): Val | null => {
  if (name !== 'app' && name !== 'application') return null;
  const meant = APPLICATIONS.filter(([form]) => [...imports].some((each) => form.test(each)));
  const [only] = meant;
  return only === undefined || meant.length > 1 ? null : external(only[1]);
};
