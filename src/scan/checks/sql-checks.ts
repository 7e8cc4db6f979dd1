import { segmentsOf } from '../flow/value.ts';
import { type CallCheck, type CallChecks, each } from './call-check.ts';
import { madeOfNumbers } from './made-of-numbers.ts';

const SQL_START =
  /^\s*(select\s.{0,400}\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|replace\s+into\s|update\s+\S.{0,200}\sset\s|delete\s+from\s|merge\s+into\s|truncate\s+\w|with\s+\w.{0,200}\sas\s*\(|drop\s+\w|create\s+\w|alter\s+\w|grant\s+\w|call\s+\w|exec\w*\s|copy\s+\w|pragma\s+\w|attach\s+database\s)/is;

const builtFrom =
  (form: RegExp | null): CallCheck =>
  (call) => {
    const statement =
      call.args.positional[0] ??
      STATEMENTS.map((name) => call.args.keywords.get(name)).find((value) => value !== undefined) ??
      null;
    const segments = statement === null ? null : segmentsOf(statement);
    if (
      segments === null ||
      segments.every((segment) => typeof segment === 'string') ||
      call.settled(statement, true)
    )
      return null;
    const [begin] = segments;
    const whole = segments.map((segment) => (typeof segment === 'string' ? segment : ' x ')).join('');
    if (form !== null && (typeof begin !== 'string' || !form.test(whole))) return null;
    const { fn } = call.frame;
    if (madeOfNumbers(fn, call.args.instr.args[0] ?? -1)) return null;
    return {
      rule: 'py/sql-built-from-text',
      why: 'A value that is not constant is part of the statement itself.',
    };
  };

const STATEMENTS = ['query', 'sql', 'statement', 'operation', 'raw_query', 'text', 'stmt', 'sqlQuery'];

const METHODS = [
  'execute',
  'executemany',
  'executescript',
  'execute_sql',
  'execute_query',
  'execute_query_dict',
  'exec_driver_sql',
  'execute_async',
  'mogrify',
  'raw',
  'fetch',
  'fetchrow',
  'fetchval',
  'fetch_all',
  'fetch_one',
  'fetch_val',
  'prepare',
  'copy_expert',
  'sql',
  'query',
  'query_df',
  'scalar',
  'scalars',
];

/** What is called by these names says that its text is SQL, a whole statement or a piece of one. */
const PIECES = [
  'django.db.RawSQL',
  'peewee.SQL',
  'sqlalchemy.literal_column',
  'sqlalchemy.sql.literal_column',
  'sqlalchemy.sql.expression.literal_column',
];

export const SQL_CHECKS: readonly [string, CallChecks][] = [
  ...each(
    [
      ...[
        'db.Cursor',
        'db.Connection',
        'asyncpg.Connection',
        'sqlalchemy.Session',
        'sqlalchemy.Connection',
        'sqlalchemy.Engine',
        'peewee.Database',
        'records.Database',
        'django.objects',
        '*',
      ].flatMap((owner) => METHODS.map((method) => `${owner}.${method}`)),
      'sqlalchemy.text',
      'pandas.read_sql',
      'pandas.read_sql_query',
      'polars.read_database',
      'polars.read_database_uri',
      'duckdb.sql',
      'duckdb.query',
      'duckdb.execute',
      'peewee.RawQuery',
    ],
    builtFrom(SQL_START),
  ),
  ...each(PIECES, builtFrom(null)),
];
