import { execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from './oracle.ts';

const CACHE = join(import.meta.dirname, '../../../.cache/parser-packages');
const PATIENCE = 300_000;

/** A package of PyPI in the version that the trees are compared in. */
export interface Package {
  name: string;
  version: string;
  /** Downloaded only when everything is compared. */
  large?: true;
}

export const PACKAGES: readonly Package[] = [
  { name: 'aiohttp', version: '3.14.5' },
  { name: 'ansible-core', version: '2.19.14' },
  { name: 'boto3', version: '1.44.5' },
  { name: 'celery', version: '5.7.0' },
  { name: 'dash', version: '4.4.1', large: true },
  { name: 'django', version: '5.2.19' },
  { name: 'fastapi', version: '0.165.0' },
  { name: 'flask', version: '3.1.3' },
  { name: 'jupyterlab', version: '4.6.6', large: true },
  { name: 'matplotlib', version: '3.11.2', large: true },
  { name: 'numpy', version: '2.4.6', large: true },
  { name: 'pandas', version: '3.1.1', large: true },
  { name: 'pydantic', version: '2.14.3' },
  { name: 'requests', version: '2.34.2' },
  { name: 'scipy', version: '1.17.1', large: true },
  { name: 'sqlalchemy', version: '2.1.9' },
  { name: 'streamlit', version: '1.67.0', large: true },
  { name: 'sympy', version: '1.14.0', large: true },
  { name: 'tornado', version: '6.6.1' },
  { name: 'twisted', version: '26.10.0' },
];

// Wheels for one fixed Python and platform, so that every machine compares the same files.
const TARGET = [
  '--only-binary=:all:',
  '--python-version=3.12',
  '--implementation=cp',
  ...[
    'any',
    'manylinux2014_x86_64',
    'manylinux_2_17_x86_64',
    'manylinux_2_27_x86_64',
    'manylinux_2_28_x86_64',
  ].map((platform) => `--platform=${platform}`),
];

const pip = (...words: string[]): void => {
  execFileSync('python3', ['-m', 'pip', '--disable-pip-version-check', ...words], {
    stdio: 'pipe',
    timeout: PATIENCE,
  });
};

/** Why packages cannot be fetched here, or null if they can. */
export const whyNoPackages = (): string | null => {
  try {
    pip('--version');
    return null;
  } catch {
    return 'needs python3 with pip, to fetch packages';
  }
};

/** The Python files of a package, fetched when they are not there yet. */
export const filesOf = ({ name, version }: Package): SourceFile[] => {
  const directory = join(CACHE, `${name}-${version}`);
  if (!existsSync(directory)) {
    mkdirSync(CACHE, { recursive: true });
    const fresh = mkdtempSync(join(CACHE, 'fetching-'));
    try {
      pip(
        'install',
        '--quiet',
        '--no-deps',
        '--no-compile',
        ...TARGET,
        `--target=${fresh}`,
        `${name}==${version}`,
      );
      for (const path of globSync('**/*', { cwd: fresh })) {
        const file = join(fresh, path);
        if (!path.endsWith('.py') && statSync(file).isFile()) rmSync(file);
      }
      renameSync(fresh, directory);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  return globSync('**/*.py', { cwd: directory })
    .sort()
    .map((path) => ({ name: `${name}/${path}`, bytes: readFileSync(join(directory, path)) }));
};
