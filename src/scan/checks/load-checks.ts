import { onlyConstant, type Val } from '../flow/value.ts';
import { type Call, type CallCheck, type CallChecks, each, type Verdict } from './call-check.ts';

const RUNS: Verdict = { rule: 'py/unsafe-load', why: 'Whoever can change the data can run anything.' };

const first = (call: Call): Val | null =>
  call.args.positional[0] ?? [...call.args.keywords.values()][0] ?? null;

const unsafeLoad: CallCheck = (call) => (call.settled(first(call)) ? null : RUNS);

const yaml: CallCheck = (call) => {
  const loader = call.names(1, 'Loader');
  if (loader.some((name) => /(^|\.)(C?SafeLoader|C?BaseLoader)$/.test(name))) return null;
  if (loader.length === 0 && call.has(1, 'Loader')) return null;
  if (loader.some((name) => /(^|\.)C?FullLoader$/.test(name)))
    return {
      ...RUNS,
      why: 'This loader ran code in versions before 5.4, and still makes some objects.',
      confidence: 'possible',
    };
  return {
    rule: 'py/unsafe-load',
    why: 'This loader makes objects of any class.',
    confidence: 'likely',
    severity: 'high',
  };
};

// `YAML(typ='unsafe')`: what is read by it later makes objects of any class.
const unsafeKind: CallCheck = (call) => {
  const kind = call.arg(-1, 'typ');
  const listed = kind?.refs.flatMap((ref) =>
    ref.k === 'obj' ? (call.frame.obj(call.state, ref.id)?.elems ?? []) : [],
  );
  return [kind, ...(listed ?? [])].some((each) => each != null && onlyConstant(each) === 'unsafe')
    ? { ...RUNS, why: 'This loader makes objects of any class.', confidence: 'likely' }
    : null;
};

const unless =
  (at: number, name: string, ...values: (boolean | string)[]): CallCheck =>
  (call) =>
    call.is(at, name, ...values) ? null : unsafeLoad(call);

const when =
  (at: number, name: string, ...values: (boolean | string)[]): CallCheck =>
  (call) =>
    call.is(at, name, ...values) ? unsafeLoad(call) : null;

const LOADERS = [
  'pickle.loads',
  'pickle.load',
  'pickle.Unpickler',
  'pickle.Unpickler().load',
  'dill.load_session',
  'dill.load_module',
  'dill.session.load_session',
  'marshal.loads',
  'marshal.load',
  'shelve.open',
  'shelve.DbfilenameShelf',
  'jsonpickle.decode',
  'jsonpickle.loads',
  'jsonpickle.unpickler.decode',
  'jsonpickle.Unpickler().restore',
  'pandas.read_pickle',
  'pandas.io.pickle.read_pickle',
  'joblib.load',
  'sklearn.externals.joblib.load',
  'compress_pickle.load',
  'compress_pickle.loads',
  'hickle.load',
  'yaml.unsafe_load',
  'yaml.unsafe_load_all',
  'yaml.full_load',
  'yaml.full_load_all',
];

export const LOAD_CHECKS: readonly [string, CallChecks][] = [
  ...each(LOADERS, unsafeLoad),
  ...each(['yaml.load', 'yaml.load_all'], yaml),
  ['ruamel.yaml.YAML', unsafeKind],
  ['numpy.load', when(2, 'allow_pickle', true)],
  ['torch.load', unless(-1, 'weights_only', true)],
  ...each(
    ['keras', 'tensorflow.keras'].flatMap((owner) =>
      ['models.load_model', 'saving.load_model'].map((name) => `${owner}.${name}`),
    ),
    when(-1, 'safe_mode', false),
  ),
  ...each(
    ['keras', 'tensorflow.keras'].map((owner) => `${owner}.config.enable_unsafe_deserialization`),
    () => RUNS,
  ),
];
