import { onlyConstant, segmentsOf, type Val } from '../flow/value.ts';
import { OP } from '../lower/ir.ts';
import { both, type Call, type CallCheck, type CallChecks, each } from './call-check.ts';
import { sshCommand } from './transport-checks.ts';
import { definitionOf, namesBehind, spelled } from './words.ts';

const first = (call: Call): Val | null =>
  call.args.positional[0] ?? [...call.args.keywords.values()][0] ?? null;

const shell: CallCheck = (call) => {
  if (call.settled(first(call), true)) return null;
  const command = first(call);
  if (call.literal || (command !== null && onlyConstant(command) !== undefined))
    return {
      rule: 'py/shell-call',
      why: 'A shell runs it: PATH and the environment decide what is run.',
      confidence: 'possible',
      severity: 'low',
    };
  const hint = call.frame.hot || isHandedOn(call) || /\bquote\b/.test(behind(call));
  return {
    rule: 'py/shell-call',
    why: 'The command is put together and run by a shell.',
    confidence: hint ? 'possible' : 'likely',
  };
};

const behind = (call: Call): string => {
  const out: string[] = [];
  namesBehind(call.frame.fn, call.args.instr.args[0] ?? -1, out);
  return out.map(spelled).join(' | ');
};

/** Whether the command is what the caller gave: who puts it together is to be looked at, if someone does. */
const isHandedOn = (call: Call): boolean => {
  const [reg = -1] = call.args.instr.args;
  return reg >= 0 && reg < call.frame.fn.params.length;
};

const subprocess: CallCheck = (call) => {
  const shelled = call.args.keywords.get('shell');
  if (shelled !== undefined && call.is(-1, 'shell', true, 1)) {
    const verdict = shell(call);
    return verdict === null || onlyConstant(shelled) !== undefined
      ? verdict
      : { ...verdict, confidence: 'possible' };
  }
  if (call.is(-1, 'shell', true, 1)) {
    const verdict = shell(call);
    return verdict === null ? null : { ...verdict, confidence: 'possible' };
  }
  return shellInList(call);
};

const SHELLS = /(^|\/)(sh|bash|dash|zsh|ksh|cmd|cmd\.exe|powershell|pwsh)$/;
// `['sh', '-c', command]` is a shell as well.
const shellInList: CallCheck = (call) => {
  for (const ref of first(call)?.refs ?? []) {
    const elems = ref.k === 'obj' ? call.frame.obj(call.state, ref.id)?.elems : null;
    const [program, option, command] = elems ?? [];
    if (program === undefined || option === undefined || command === undefined) continue;
    const [name, flag] = [onlyConstant(program), onlyConstant(option)];
    if (typeof name !== 'string' || !SHELLS.test(name) || !/^(-\w*c|\/c|-command)$/i.test(String(flag)))
      continue;
    if (onlyConstant(command) !== undefined || call.settled(command, true)) continue;
    const { fn } = call.frame;
    const given = definitionOf(fn, call.args.instr.args[0] ?? -1)?.args[2] ?? fn.params.length;
    return {
      rule: 'py/shell-call',
      why: 'The command is put together and run by a shell.',
      confidence: call.frame.hot || given < fn.params.length ? 'possible' : 'likely',
    };
  }
  return null;
};

const remote: CallCheck = (call) => {
  const verdict = shell(call);
  return verdict === null || verdict.severity === 'low' ? null : { ...verdict, confidence: 'possible' };
};

const evaluate: CallCheck = (call) => {
  const first = call.args.positional[0];
  if (first === undefined || onlyConstant(first) !== undefined || call.settled(first)) return null;
  return { rule: 'py/dangerous-eval', why: 'Whoever can change the text can run anything.' };
};

const unsafeLoad: CallCheck = (call) =>
  call.settled(first(call))
    ? null
    : { rule: 'py/unsafe-load', why: 'Whoever can change the data can run anything.' };
const yaml: CallCheck = (call) => {
  const loader = call.names(1, 'Loader');
  if (loader.some((name) => /(^|\.)(C?SafeLoader|C?BaseLoader)$/.test(name))) return null;
  if (loader.length === 0 && call.has(1, 'Loader')) return null;
  if (loader.some((name) => /(^|\.)C?FullLoader$/.test(name)))
    return {
      rule: 'py/unsafe-load',
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

const SQL_START =
  /^\s*(select\s.{0,400}\sfrom\s|insert\s+into\s|update\s+\S.{0,200}\sset\s|delete\s+from\s|drop\s+\w|create\s+\w|alter\s+\w|call\s+\w|exec\w*\s)/is;
const sqlText: CallCheck = (call) => {
  const statement =
    call.args.positional[0] ?? call.args.keywords.get('query') ?? call.args.keywords.get('sql') ?? null;
  const segments = statement === null ? null : segmentsOf(statement);
  if (
    segments === null ||
    segments.every((segment) => typeof segment === 'string') ||
    call.settled(statement, true)
  )
    return null;
  const first = segments[0];
  if (
    typeof first !== 'string' ||
    !SQL_START.test(segments.map((segment) => (typeof segment === 'string' ? segment : ' x ')).join(''))
  )
    return null;
  return {
    rule: 'py/sql-built-from-text',
    why: 'A value that is not constant is part of the statement itself.',
  };
};

const OTHERS_WRITE = /\bs (irwxo|iwoth)\b/;

const permissions =
  (at: number): CallCheck =>
  (call) => {
    const mode = call.constant(at, 'mode');
    if (typeof mode === 'number') {
      const others = (mode & 0o002) !== 0 && (mode & 0o1000) === 0;
      return others || ((mode & 0o111) !== 0 && (mode & 0o020) !== 0)
        ? {
            rule: 'py/loose-permissions',
            why: `Mode 0o${mode.toString(8)} lets others write.`,
            confidence: others ? 'confirmed' : 'possible',
          }
        : null;
    }
    const out: string[] = [];
    namesBehind(call.frame.fn, call.args.instr.args[at] ?? -1, out);
    const words = out.map(spelled).join(' | ');
    return OTHERS_WRITE.test(words) && !/\b(invert|bit and)\b/.test(words)
      ? { rule: 'py/loose-permissions', why: 'The mode lets others write.', confidence: 'likely' }
      : null;
  };

// The mask can only be read by setting it: who puts it back has read it.
const mask: CallCheck = (call) =>
  call.constant(0, 'mask') === 0 && !call.uses().some((use) => use.name === 'umask' || use.op === OP.call)
    ? {
        rule: 'py/loose-permissions',
        why: 'What is made from now on, others may write.',
        confidence: 'likely',
      }
    : null;

const created =
  (at: number): CallCheck =>
  (call) => {
    const mode = call.constant(at, 'mode');
    return typeof mode === 'number' && (mode & 0o002) !== 0
      ? {
          rule: 'py/loose-permissions',
          why: `Mode 0o${mode.toString(8)} lets others write, unless the mask forbids it.`,
          confidence: 'possible',
        }
      : null;
  };

// A link, a folder or a pipe is not made where something is already.
const guessedName: CallCheck = (call) => ({
  rule: 'py/insecure-temp',
  why: 'Someone else can make the file first.',
  confidence: call.uses().some(({ name }) => /^(symlink|link|mkfifo|mkdir|makedirs|bind)$/.test(name))
    ? 'possible'
    : 'confirmed',
});

const unpack: CallCheck = (call) =>
  call.has(-1, 'filter')
    ? null
    : { rule: 'py/unchecked-extract', why: 'Names inside the archive can lead outside the folder.' };

const extract: CallCheck = (call) => {
  const filter = call.arg(-1, 'filter');
  if (filter?.consts.some((text) => text === 'data' || text === 'tar') === true || filter?.open === true)
    return null;
  if (call.has(1, 'members')) return null;
  return { rule: 'py/unchecked-extract', why: 'Names inside the archive can lead outside the folder.' };
};

export const SYSTEM_CHECKS: readonly [string, CallChecks][] = [
  ...each(
    [
      'os.system',
      'os.popen',
      'subprocess.getoutput',
      'subprocess.getstatusoutput',
      'asyncio.create_subprocess_shell',
      'popen2.popen2',
      'popen2.popen3',
      'commands.getoutput',
      'commands.getstatusoutput',
      'os.popen2',
      'os.popen3',
    ],
    both(shell, sshCommand),
  ),
  ...each(
    ['run', 'call', 'check_call', 'check_output', 'Popen'].map((name) => `subprocess.${name}`),
    both(subprocess, sshCommand),
  ),
  ...each(['paramiko.SSHClient().exec_command', '*.exec_command'], remote),
  ...each(['builtins.eval', 'builtins.exec', 'code.InteractiveInterpreter().runsource'], evaluate),
  ...each(
    [
      'pickle.loads',
      'pickle.load',
      'pickle.Unpickler',
      'marshal.loads',
      'marshal.load',
      'shelve.open',
      'jsonpickle.decode',
      'pickle.Unpickler().load',
      '_pickle.loads',
      'cPickle.loads',
      'cPickle.load',
      'dill.loads',
      'dill.load',
      'cloudpickle.loads',
      'cloudpickle.load',
      'pandas.read_pickle',
      'pandas.io.pickle.read_pickle',
      'joblib.load',
      'yaml.unsafe_load',
      'yaml.full_load',
    ],
    unsafeLoad,
  ),
  ...each(['yaml.load', 'yaml.load_all'], yaml),
  ['numpy.load', (call) => (call.is(2, 'allow_pickle', true) ? unsafeLoad(call) : null)],
  [
    'torch.load',
    (call) =>
      call.is(-1, 'weights_only', true)
        ? null
        : { rule: 'py/unsafe-load', why: 'It unpickles what it reads.' },
  ],
  ...each(
    [
      'db.Cursor.execute',
      'db.Cursor.executemany',
      'db.Connection.execute',
      '*.execute',
      '*.executemany',
      '*.raw',
      'sqlalchemy.text',
      'sqlalchemy.Session.execute',
      'sqlalchemy.Connection.execute',
      'asyncpg.Connection.fetch',
      'pandas.read_sql',
    ],
    sqlText,
  ),
  ['os.umask', mask],
  ...each(['os.makedirs', 'os.mkdir', 'os.mkfifo'], created(1)),
  ['os.open', created(2)],
  ['pathlib.Path().mkdir', created(0)],
  ['shutil.unpack_archive', unpack],
  ...each(['os.chmod', 'os.fchmod', 'os.lchmod'], permissions(1)),
  ['pathlib.Path().chmod', permissions(0)],
  ...each(['tempfile.mktemp', 'os.tempnam', 'os.tmpnam'], guessedName),
  ...each(
    [
      'tarfile.open().extractall',
      'tarfile.TarFile().extractall',
      'tarfile.TarFile.open().extractall',
      'tarfile.open().extract',
    ],
    extract,
  ),
];
