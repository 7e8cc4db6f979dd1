import type { LibraryModel } from '../schema.ts';
import { sink } from './sink.ts';

const code = sink('py/code-injection', 'code', 'code');

/** What takes text and runs it as code. */
export const evaluators: LibraryModel = {
  library: 'evaluators',
  sinks: [
    code('builtins.eval'),
    code('builtins.exec'),
    code('builtins.__import__'),
    code('importlib.import_module'),
    code('code.interact'),
    ...['Interpreter().runsource', 'Interpreter().runcode', 'Console().push', 'Console().runsource'].map(
      (name) => code(`code.Interactive${name}`),
    ),
    code('runpy.run_path'),
    code('runpy.run_module'),
    // They run a statement to measure, trace or debug it.
    ...['timeit.timeit', 'timeit.repeat', 'timeit.Timer'].map((name) =>
      code(name, [
        [0, 'stmt'],
        [1, 'setup'],
      ]),
    ),
    ...['cProfile.run', 'cProfile.runctx', 'profile.run', 'profile.runctx', 'pdb.run', 'pdb.runeval'].map(
      (name) => code(name),
    ),
    code('trace.Trace().run'),
    code('trace.Trace().runctx'),
    // What they take for a formula goes through eval().
    code('PIL.ImageMath.eval'),
    code('PIL.ImageMath.unsafe_eval'),
    ...['sympy.sympify', 'sympy.S', 'sympy.parse_expr', 'sympy.parsing.sympy_parser.parse_expr'].map((name) =>
      code(name),
    ),
    // A library that is loaded runs code.
    ...['ctypes.CDLL', 'ctypes.PyDLL', 'ctypes.cdll.LoadLibrary'].map((name) => code(name)),
    code('pandas.eval'),
    code('pandas.DataFrame().eval', [[0, 'expr']]),
    code('pandas.DataFrame().query', [[0, 'expr']]),
    ...['query', 'eval'].map((name) =>
      code(
        `*.${name}`,
        [[0, 'expr']],
        [{ arg: 'engine', is: ['python', 'numexpr'], sure: true, absent: false }],
      ),
    ),
    code('numexpr.evaluate'),
    code('redis.Redis().eval', [[0, 'script']]),
    code('redis.Redis().register_script', [[0, 'script']]),
  ],
};
