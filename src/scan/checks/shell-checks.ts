import { allConstants, onlyConstant, type Val } from '../flow/value.ts';
import { both, type Call, type CallCheck, type CallChecks, each } from './call-check.ts';
import { madeOfNumbers } from './made-of-numbers.ts';
import { sshCommand } from './transport-checks.ts';
import { definitionOf, namesBehind, spelled } from './words.ts';

const first = (call: Call): Val | null =>
  call.args.positional[0] ?? [...call.args.keywords.values()][0] ?? null;

const TOGETHER = 'The command is put together and run by a shell.';

const shell: CallCheck = (call) => {
  const command = first(call);
  if (call.settled(command, true)) return null;
  const fixed =
    call.literal ||
    (command !== null && allConstants(command) !== null) ||
    madeOfNumbers(call.frame.fn, call.args.instr.args[0] ?? -1);
  if (fixed)
    return {
      rule: 'py/shell-call',
      why: 'A shell runs it: PATH and the environment decide what is run.',
      confidence: 'possible',
      severity: 'low',
    };
  const hint = call.frame.hot || isHandedOn(call) || /\bquote\b/.test(behind(call));
  return { rule: 'py/shell-call', why: TOGETHER, confidence: hint ? 'possible' : 'likely' };
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
  if (call.is(-1, 'shell', true, 1)) {
    const verdict = shell(call);
    const sure = shelled !== undefined && onlyConstant(shelled) !== undefined;
    return verdict === null || sure ? verdict : { ...verdict, confidence: 'possible' };
  }
  return shellInList(0)(call);
};

/** A text is run by a shell, a list of words is not. */
const textOrWords: CallCheck = (call) => {
  const command = first(call);
  const isText = command?.segs != null || command?.consts.some((each) => typeof each === 'string') === true;
  return isText ? shell(call) : shellInList(0)(call);
};

const SHELLS = /(^|\/)(sh|bash|dash|zsh|ksh|cmd|cmd\.exe|powershell|pwsh)$/;
const SHELL_OPTION = /^(-\w*c|\/c|-command)$/i;

interface Word {
  readonly value: Val;
  /** The register it is in, -1 when not known. */
  readonly reg: number;
}

/** The words that the arguments from `at` on are, those of lists among them one by one. */
const wordsOf = (call: Call, at: number): Word[] => {
  const { args, names } = call.args.instr;
  const given: Word[] = call.args.positional
    .slice(at)
    .map((value, i) => ({ value, reg: args[at + i] ?? -1 }));
  const named = call.args.keywords.get('args');
  if (named !== undefined) given.push({ value: named, reg: args[names?.indexOf('args') ?? -1] ?? -1 });
  return given.flatMap(({ value, reg }) => {
    const [ref] = value.refs;
    const elems = ref?.k === 'obj' ? call.frame.obj(call.state, ref.id)?.elems : null;
    if (elems == null) return [{ value, reg }];
    const listed = definitionOf(call.frame.fn, reg);
    return elems.map((each, i) => ({ value: each, reg: listed?.args[i] ?? -1 }));
  });
};

/** `['sh', '-c', command]` is a shell as well. */
const shellInList =
  (at: number): CallCheck =>
  (call) => {
    const words = wordsOf(call, at);
    const start = words.findIndex(({ value }, i) => {
      const [name, option] = [onlyConstant(value), onlyConstant(words[i + 1]?.value ?? value)];
      return typeof name === 'string' && SHELLS.test(name) && SHELL_OPTION.test(String(option));
    });
    const command = start < 0 ? undefined : words[start + 2];
    if (command === undefined || allConstants(command.value) !== null || call.settled(command.value, true))
      return null;
    const { fn } = call.frame;
    if (madeOfNumbers(fn, command.reg)) return null;
    const handedOn = command.reg < fn.params.length;
    return {
      rule: 'py/shell-call',
      why: TOGETHER,
      confidence: call.frame.hot || handedOn ? 'possible' : 'likely',
    };
  };

/** A shell on another machine. */
const remote: CallCheck = (call) => {
  const verdict = shell(call);
  return verdict === null || verdict.severity === 'low' ? null : { ...verdict, confidence: 'possible' };
};

const evaluate: CallCheck = (call) => {
  const text = call.args.positional[0];
  if (text === undefined || onlyConstant(text) !== undefined || call.settled(text)) return null;
  return { rule: 'py/dangerous-eval', why: 'Whoever can change the text can run anything.' };
};

const RUNNERS = ['run', 'call', 'check_call', 'check_output', 'Popen'];
const SPAWNS = ['spawnl', 'spawnle', 'spawnlp', 'spawnlpe', 'spawnv', 'spawnve', 'spawnvp', 'spawnvpe'];
const EXECS = ['execl', 'execle', 'execlp', 'execlpe', 'execv', 'execve', 'execvp', 'execvpe'];

export const SHELL_CHECKS: readonly [string, CallChecks][] = [
  ...each(
    [
      'os.system',
      'os.popen',
      'subprocess.getoutput',
      'subprocess.getstatusoutput',
      'asyncio.create_subprocess_shell',
      'invoke.run',
      'invoke.sudo',
      'fabric.api.local',
      'fabric.operations.local',
    ],
    both(shell, sshCommand),
  ),
  ...each(
    RUNNERS.map((name) => `subprocess.${name}`),
    both(subprocess, sshCommand),
  ),
  ...each(['anyio.run_process', 'anyio.open_process'], textOrWords),
  ...each(['trio.run_process', 'trio.lowlevel.open_process'], subprocess),
  ...each(
    [
      'pty.spawn',
      'asyncio.create_subprocess_exec',
      'pexpect.spawn',
      'pexpect.run',
      'twisted.internet.utils.getProcessOutput',
      'twisted.internet.utils.getProcessValue',
      'twisted.internet.utils.getProcessOutputAndValue',
      ...EXECS.map((name) => `os.${name}`),
      'os.posix_spawn',
      'os.posix_spawnp',
    ],
    both(shellInList(0), sshCommand),
  ),
  ...each(
    SPAWNS.map((name) => `os.${name}`),
    shellInList(1),
  ),
  ...each(
    [
      'paramiko.SSHClient().exec_command',
      '*.exec_command',
      'asyncssh.connect().run',
      'fabric.Connection().run',
      'fabric.Connection().sudo',
      'fabric.api.run',
      'fabric.api.sudo',
      'fabric.operations.run',
      'fabric.operations.sudo',
      'invoke.Context().run',
      'invoke.context.Context().run',
    ],
    remote,
  ),
  ...each(['builtins.eval', 'builtins.exec', 'code.InteractiveInterpreter().runsource'], evaluate),
];
