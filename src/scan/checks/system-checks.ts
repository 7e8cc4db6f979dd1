import { externalNames, onlyConstant } from '../flow/value.ts';
import { OP } from '../lower/ir.ts';
import { type Call, type CallCheck, type CallChecks, each, type Verdict } from './call-check.ts';
import { definitionOf, namesBehind, spelled } from './words.ts';

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

const UNCHECKED: Verdict = {
  rule: 'py/unchecked-extract',
  why: 'Names inside the archive can lead outside the folder.',
};

/** A filter that looks at each name, or one that is not known. */
const filtered = (call: Call): boolean => {
  const filter = call.arg(-1, 'filter');
  return (
    filter !== null &&
    (filter.open ||
      filter.refs.some(({ k }) => k === 'fn') ||
      filter.consts.some((name) => name === 'data' || name === 'tar') ||
      externalNames(filter).some((name) => /(data|tar)_filter$/.test(name)))
  );
};

const unpack: CallCheck = (call) => (filtered(call) ? null : UNCHECKED);

/** `members=tar.getmembers()` are all of them again. */
const choosesMembers = (call: Call): boolean => {
  const given = call.arg(1, 'members');
  if (given === null || onlyConstant(given) === null) return false;
  const made = definitionOf(call.frame.fn, call.register(1, 'members'));
  const all = made?.op === OP.method && /^(getmembers|getnames)$/.test(made.name);
  return !all && !externalNames(given).some((name) => /^tarfile\.open\(\)$/.test(name));
};

const extract: CallCheck = (call) => (filtered(call) || choosesMembers(call) ? null : UNCHECKED);

// `with suppress(Exception):`
const suppressed: CallCheck = (call) =>
  call.args.positional.some((value) =>
    externalNames(value).some((name) => /^builtins\.(Base)?Exception$/.test(name)),
  )
    ? { rule: 'py/swallowed-exception', why: 'Whatever goes wrong there is never seen.' }
    : null;

export const SYSTEM_CHECKS: readonly [string, CallChecks][] = [
  ['contextlib.suppress', suppressed],
  ['os.umask', mask],
  ...each(['os.makedirs', 'os.mkdir', 'os.mkfifo'], created(1)),
  ['os.open', created(2)],
  ['pathlib.Path().mkdir', created(0)],
  ['shutil.unpack_archive', unpack],
  ...each(['os.chmod', 'os.fchmod', 'os.lchmod'], permissions(1)),
  ['pathlib.Path().chmod', permissions(0)],
  ...each(['tempfile.mktemp', 'os.tempnam', 'os.tmpnam'], guessedName),
  ['tarfile.open().extractall', extract],
  ['tarfile.open().extract', unpack],
];
