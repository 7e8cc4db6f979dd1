import type { SourceFile } from '../project/project.ts';

/** A comment that says that a finding is known. */
interface Suppression {
  by: 'nosec' | 'gatehouse';
  rules: string[];
  reason: string;
  line: number;
}

/** Bandit's codes for what our rules find, so that `# nosec B608` keeps its meaning. */
const BANDIT: Record<string, readonly string[]> = {
  'py/sql-injection': ['B608', 'B610', 'B611'],
  'py/sql-built-from-text': ['B608'],
  'py/command-injection': ['B602', 'B603', 'B604', 'B605', 'B606', 'B607', 'B609'],
  'py/shell-call': ['B602', 'B604', 'B605', 'B609'],
  'py/code-injection': ['B102', 'B307'],
  'py/dangerous-eval': ['B102', 'B307'],
  'py/unsafe-deserialization': ['B301', 'B302', 'B403', 'B506', 'B614'],
  'py/unsafe-load': ['B301', 'B302', 'B506', 'B614'],
  'py/weak-hash': ['B303', 'B324'],
  'py/weak-cipher': ['B304', 'B305', 'B413'],
  'py/weak-key-size': ['B505'],
  'py/weak-random': ['B311'],
  'py/hardcoded-password': ['B105', 'B106', 'B107'],
  'py/hardcoded-temp': ['B108'],
  'py/debug-enabled': ['B201'],
  'py/tls-not-verified': ['B501', 'B323'],
  'py/weak-tls': ['B502', 'B503', 'B504'],
  'py/ssh-host-key': ['B507'],
  'py/unsafe-xml': [
    'B313',
    'B314',
    'B315',
    'B316',
    'B317',
    'B318',
    'B319',
    'B320',
    'B405',
    'B406',
    'B408',
    'B409',
    'B410',
  ],
  'py/xss': ['B308', 'B703', 'B704'],
  'py/template-autoescape': ['B701', 'B702'],
  'py/autoescape-off': ['B701', 'B702'],
  'py/bind-all-interfaces': ['B104'],
  'py/loose-permissions': ['B103'],
  'py/swallowed-exception': ['B110', 'B112'],
  'py/zip-slip': ['B202'],
  'py/ssrf': ['B310'],
  'py/clear-text-protocol': ['B312', 'B321', 'B401', 'B402'],
  'py/insecure-temp': ['B306'],
  'py/no-timeout': ['B113'],
  'py/snmp-insecure': ['B508', 'B509'],
};

const OURS = /#\s*gatehouse:\s*ignore\[([\w/, -]{1,300})\]\s*(.{0,300})/;
const NOSEC = /#\s*nosec\b:?\s*([\w/, -]{0,300})/i;

/** The suppressions of a file, read once. */
export class Suppressions {
  readonly #byLine = new Map<number, Suppression[]>();

  constructor(file: SourceFile) {
    for (const { start, end } of file.comments) {
      const text = file.text.slice(start, end);
      if (!/nosec|gatehouse/i.test(text)) continue;
      const line = file.lines.lineAt(start);
      const ours = OURS.exec(text);
      const nosec = ours === null ? NOSEC.exec(text) : null;
      if (ours !== null && (ours[2] ?? '').trim() !== '') {
        const alone = file.text.slice(file.lines.startOf(line), start).trim() === '';
        this.#add(alone ? line + 1 : line, 'gatehouse', ours[1] ?? '', (ours[2] ?? '').trim(), line);
      } else if (nosec !== null) this.#add(line, 'nosec', nosec[1] ?? '', 'nosec', line);
    }
  }

  #add(at: number, by: Suppression['by'], rules: string, reason: string, line: number): void {
    const list = rules
      .split(/[,\s]+/)
      .filter((each) => (by === 'gatehouse' ? each !== '' : /^(B\d{3}|py\/[\w-]+)$/.test(each)));
    const known = this.#byLine.get(at) ?? [];
    known.push({ by, rules: list, reason: reason.slice(0, 300), line });
    this.#byLine.set(at, known);
  }

  /** The suppression that holds for `rule` somewhere between two lines, or null. */
  find(rule: string, from: number, to: number): Suppression | null {
    if (this.#byLine.size === 0) return null;
    for (let line = from; line <= Math.min(to, from + 50); line++) {
      for (const each of this.#byLine.get(line) ?? []) {
        if (each.rules.length === 0 && each.by === 'nosec') return each;
        if (each.rules.some((code) => code === rule || BANDIT[rule]?.includes(code) === true)) return each;
      }
    }
    return null;
  }
}
