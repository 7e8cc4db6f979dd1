import { isIP } from 'node:net';
import { z } from 'zod';
import { parseDuration } from '../core/index.ts';
import { canonicalPattern } from './path-pattern.ts';

/** Refuses a value inside a zod transform, with the remedy that the reader gets. */
export const refuse = (context: z.RefinementCtx, message: string, remedy: string): never => {
  context.issues.push({ code: 'custom', message, params: { remedy }, input: context.value });
  return z.NEVER;
};

/** A duration such as `15m`, in milliseconds. */
export const duration = (least = 1_000, most = 400 * 86_400_000) =>
  z.string().transform((text, context): number => {
    let milliseconds: number;
    try {
      milliseconds = parseDuration(text);
    } catch {
      return refuse(
        context,
        `"${text}" is not a duration`,
        'Write a number and a unit: 90s, 15m, 1h30m or 7d.',
      );
    }
    if (milliseconds >= least && milliseconds <= most) return milliseconds;
    return refuse(
      context,
      `"${text}" is ${milliseconds < least ? 'too short' : 'too long'}`,
      `Choose something from ${least / 1000} s to ${most / 1000} s.`,
    );
  });

const SIZE_UNITS: Record<string, number> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** A size such as `10MiB`, in bytes. */
export const size = (least = 1, most = 1024 ** 4) =>
  z.string().transform((text, context): number => {
    const parts = /^(\d{1,12}) ?(B|kB|MB|GB|KiB|MiB|GiB)$/.exec(text);
    const bytes = Number(parts?.[1]) * (SIZE_UNITS[parts?.[2] ?? ''] ?? Number.NaN);
    if (Number.isNaN(bytes)) {
      return refuse(context, `"${text}" is not a size`, 'Write a number and a unit: 512KiB, 10MiB or 2GiB.');
    }
    if (bytes >= least && bytes <= most) return bytes;
    return refuse(
      context,
      `"${text}" is ${bytes < least ? 'too small' : 'too large'}`,
      `Choose something from ${least} to ${most} bytes.`,
    );
  });

/** A rate such as `600/1m`: a bucket of so many tokens that refills over so many milliseconds. */
export const rate = () =>
  z.string().transform((text, context): { capacity: number; window: number } => {
    const parts = /^(\d{1,9}) ?\/ ?(\w{1,16})$/.exec(text);
    const capacity = Number(parts?.[1]);
    try {
      const window = parseDuration(parts?.[2] ?? '');
      if (capacity > 0 && window >= 1_000) return { capacity, window };
    } catch {}
    return refuse(context, `"${text}" is not a rate`, 'Write a number and a time of at least 1s: 600/1m.');
  });

/** Where a listener binds. */
export interface Address {
  /** IP address or host name, without brackets. */
  host: string;
  port: number;
}

const parseAddress = (text: string): Address | undefined => {
  const parts = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):(\d{1,5})$/.exec(text);
  const port = Number(parts?.[3]);
  const host = parts?.[1] ?? parts?.[2];
  if (host === undefined || port > 65_535 || (parts?.[1] && isIP(host) !== 6)) return undefined;
  if (/^[\d.]+$/.test(host) && isIP(host) !== 4) return undefined;
  return { host, port };
};

/** `host:port`, or a port alone on 127.0.0.1. */
export const address = () =>
  z
    .union([z.string(), z.int().min(0).max(65_535)], { error: 'expected host:port' })
    .transform((value, context): Address => {
      if (typeof value === 'number') return { host: '127.0.0.1', port: value };
      const parsed = parseAddress(value);
      if (parsed) return parsed;
      return refuse(
        context,
        `"${value}" is not an address to listen on`,
        'Write host:port, such as 127.0.0.1:8443, 0.0.0.0:443 or "[::]:443".',
      );
    });

/** An https origin in its normal form: lower case, without a path, the default port left out. */
export const httpsOrigin = () =>
  z.string().transform((text, context): string => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const bare = url?.protocol === 'https:' && url.pathname === '/' && !url.search && !url.hash;
    if (!url || !bare || url.username || url.password || /[?#\\\s]/.test(text) || text.endsWith('.')) {
      return refuse(
        context,
        `"${text}" is not an https origin`,
        'Write scheme, host name and port only: https://name.example.com.',
      );
    }
    if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) {
      return refuse(
        context,
        `"${text}" names an address instead of a host name`,
        'Give it a host name: cookies and passkeys are bound to names.',
      );
    }
    return url.origin;
  });

/** Where an app listens: an http or https origin, or the path of a Unix socket. */
export type Upstream = { kind: 'tcp'; origin: string } | { kind: 'unix'; path: string };

export const upstream = () =>
  z.string().transform((text, context): Upstream => {
    const remedy = 'Write http://127.0.0.1:8501, https://app.internal:8443 or unix:/run/app.sock.';
    if (text.startsWith('unix:')) {
      const path = text.slice(5);
      if (path.startsWith('/') && !path.includes('\0')) return { kind: 'unix', path };
      return refuse(context, `"${text}" has no absolute path`, remedy);
    }
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.username || url?.password) {
      return refuse(
        context,
        'the upstream carries a user name or password',
        'Keep secrets out of this file.',
      );
    }
    const bare = url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash;
    if (!bare) return refuse(context, `"${text}" is not an upstream`, remedy);
    return { kind: 'tcp', origin: url.origin };
  });

/** A network in CIDR notation, or one address: always with its prefix length afterwards. */
export const network = () =>
  z.string().transform((text, context): string => {
    const [ip = '', bits, ...rest] = text.split('/');
    const family = isIP(ip);
    const most = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family !== 0 && rest.length === 0 && prefix <= most) return `${ip}/${prefix}`;
    return refuse(
      context,
      `"${text}" is not a network`,
      'Write an address or a network: 10.0.0.0/8 or 2001:db8::/32.',
    );
  });

/** A path pattern in canonical spelling. */
export const pathPattern = () =>
  z.string().transform((text, context): string => {
    const pattern = canonicalPattern(text);
    if (typeof pattern === 'string') return pattern;
    return refuse(context, `"${text}" is not a path pattern: ${pattern.fault}`, pattern.remedy);
  });

/** An HTTP method (RFC 9110 section 9.1): case matters, so lower case is a mistake and not a variant. */
export const method = () =>
  z.string().transform((text, context): string => {
    if (/^[A-Z][A-Z0-9-]{0,31}$/.test(text)) return text;
    return refuse(
      context,
      `"${text}" is not an HTTP method`,
      'Write it in capitals: GET, POST, PUT, DELETE.',
    );
  });

const NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** A name for an app, a role or a permission. */
export const name = (what: string) =>
  z.string().regex(NAME, { error: (issue) => `"${String(issue.input)}" is not a name for ${what}` });

/** A text for people: without control characters, which terminals and logs would obey. */
export const plainText = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, { error: 'it holds a control character' });
