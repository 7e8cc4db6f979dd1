import { delimiter } from 'node:path';

/** Marks every process that an app starts, whatever it does to its group or session. */
export const RUN_MARK = 'GUARDED_RUN';

/**
 * The environment of an app: ours without anything of Gatehouse's own (keys and passwords among it), with what its
 * framework needs. Python writes its lines at once, so that they come in order.
 */
export const childEnvironment = (input: {
  inherited: Readonly<Record<string, string | undefined>>;
  added: Readonly<Record<string, string>>;
  /** Folder with modules that Python has to find. */
  modules: string | undefined;
  mark: string;
  /** Account that it runs as, where that is another. */
  account: { name: string; home: string } | undefined;
}): Record<string, string> => {
  const env: Record<string, string> = { PYTHONUNBUFFERED: '1' };
  for (const [name, value] of Object.entries(input.inherited)) {
    if (value !== undefined && !/^GATEHOUSE_/i.test(name)) env[name] = value;
  }
  if (input.account !== undefined) {
    for (const name of Object.keys(env)) {
      if (/^(?:SUDO_|XDG_|SSH_|DBUS_|MAIL$|OLDPWD$)/.test(name)) delete env[name];
    }
    env['HOME'] = input.account.home;
    env['USER'] = input.account.name;
    env['LOGNAME'] = input.account.name;
  }
  Object.assign(env, input.added);
  if (input.modules !== undefined) {
    env['PYTHONPATH'] = [input.modules, env['PYTHONPATH']].filter(Boolean).join(delimiter);
  }
  env[RUN_MARK] = input.mark;
  return env;
};
