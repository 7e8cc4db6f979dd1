import { GatehouseError } from '../../core/index.ts';
import type { Messenger, SmsSettings } from './types.ts';

const TIMEOUT = 10_000;
const LONGEST_ANSWER = 65_536;

type Template = Readonly<Record<string, string | number | boolean>>;

/** `{to}` with its plus sign, `{digits}` without, `{text}`; anything else stays as it is. */
const filled = (template: Template, values: Readonly<Record<string, string>>) =>
  Object.entries(template).map(([name, value]): [string, string | number | boolean] => [
    name,
    typeof value === 'string'
      ? value.replace(/\{(to|digits|text)\}/g, (_, word: string) => values[word] ?? '')
      : value,
  ]);

const failed = (reason: string, cause?: unknown): GatehouseError =>
  new GatehouseError('message-failed', `the SMS service did not take the message (${reason})`, {
    remedy: 'Check address, account and template of codes.sms.',
    cause,
  });

/** Reads what is left, so that the connection can be used again; a service that goes on for ever is cut off. */
const drain = async (response: Response): Promise<void> => {
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LONGEST_ANSWER) return;
  }
};

const authorization = ({ authorization: whole, user, password }: SmsSettings): string | undefined => {
  if (whole !== undefined) return whole;
  if (user === undefined) return undefined;
  return `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
};

/** Sends text messages through any service that takes one HTTPS request for each. */
export const smsMessenger = (settings: SmsSettings): Messenger => {
  const { url, form, json, timeout = TIMEOUT } = settings;
  const credentials = authorization(settings);
  return {
    send: async ({ to, text }) => {
      const values = { to, digits: to.replace(/\D/g, ''), text };
      const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
      const body =
        form === undefined
          ? JSON.stringify(Object.fromEntries(filled(json ?? {}, values)))
          : new URLSearchParams(
              filled(form, values).map(([name, value]) => [name, String(value)]),
            ).toString();
      let status: number;
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': type,
            accept: 'application/json',
            'user-agent': 'gatehouse',
            ...(credentials === undefined ? {} : { authorization: credentials }),
          },
          body,
          redirect: 'error',
          signal: AbortSignal.timeout(timeout),
        });
        status = response.status;
        await drain(response);
      } catch (error) {
        throw failed(error instanceof Error ? error.name : 'unknown', error);
      }
      if (status < 200 || status > 299) throw failed(`HTTP ${status}`);
    },
  };
};
