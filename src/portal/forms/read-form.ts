import { refuse } from '../refusal.ts';

/** Largest form in bytes. */
export const MAX_FORM = 16_384;
const MAX_FIELDS = 200;

/** The fields of a form as they were sent; a field that was sent more than once is a list. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>;

const readBounded = async (request: Request): Promise<Uint8Array> => {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_FORM) return refuse('form-too-large');
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > MAX_FORM) return refuse('form-too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('form-invalid');
  }
};

/**
 * The fields of a form or a query.
 * @throws {GatehouseError} `form-invalid` for more than 200 of them.
 */
export const fieldsOf = (sent: URLSearchParams): FormFields => {
  if (sent.size > MAX_FIELDS) return refuse('form-invalid');
  // A map, since a field may be called `__proto__`.
  const collected = new Map<string, string | string[]>();
  for (const [name, value] of sent) {
    const before = collected.get(name);
    collected.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(collected);
};

/**
 * Reads a form (application/x-www-form-urlencoded, WHATWG URL section 5).
 * @throws {GatehouseError} `form-too-large` over 16 KiB, `form-invalid` for another type or what is no form.
 */
export const readForm = async (request: Request): Promise<FormFields> => {
  const type = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return refuse('form-invalid');
  return fieldsOf(new URLSearchParams(decode(await readBounded(request))));
};
