import type { ModuleCode } from '../lower/ir.ts';
import { isSettings } from './django-settings.ts';

const TEST_LIBRARIES = [
  'unittest',
  'pytest',
  'nose',
  'twisted.trial',
  'twisted.trial.unittest',
  'django.test',
  'tornado.testing',
];

/** Whether a module is made of tests, by what it imports: secrets and shortcuts there protect nothing. */
export const isOfTests = (module: ModuleCode): boolean =>
  TEST_LIBRARIES.some((name) => module.imports.has(name));

const isDataAlone = ({ functions, classes }: ModuleCode): boolean =>
  functions.length === 0 && classes.length === 0;

/** Those of `modules` that are made of tests, or hold nothing but data that tests alone import. */
export const forTestsAlone = (modules: readonly ModuleCode[]): Set<ModuleCode> => {
  const [byTests, byOthers] = [new Set<string>(), new Set<string>()];
  const tests = new Set(modules.filter(isOfTests));
  for (const module of modules) {
    const by = tests.has(module) ? byTests : byOthers;
    for (const names of [module.imports, module.importedNames]) for (const name of names) by.add(name);
  }
  for (const module of modules) {
    const byTestsAlone = byTests.has(module.name) && !byOthers.has(module.name);
    // Settings are named by a text, not imported.
    if (byTestsAlone && isDataAlone(module) && !isSettings(module)) tests.add(module);
  }
  return tests;
};
