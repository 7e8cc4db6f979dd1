/** What one look of the doctor has found. */
export interface Finding {
  /** Stable name of the look, such as `certificate` or `bypass sales`. */
  check: string;
  /** `warn`: it works and could be safer. `fail`: it does not work or is not safe. */
  state: 'ok' | 'warn' | 'fail';
  says: string;
  /** What to do; undefined when all is well. */
  remedy: string | undefined;
}

export const ok = (check: string, says: string): Finding => ({ check, state: 'ok', says, remedy: undefined });
export const warn = (check: string, says: string, remedy: string): Finding => ({
  check,
  state: 'warn',
  says,
  remedy,
});
export const fail = (check: string, says: string, remedy: string): Finding => ({
  check,
  state: 'fail',
  says,
  remedy,
});
