import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';

/** How much of an answer is looked at, in bytes. */
export const DEBUG_PAGE_WINDOW = 65_536;

// What the debug pages and tracebacks of frameworks have in common. Each is a sign that the app shows its insides.
const SIGNS: readonly RegExp[] = [
  /Traceback \(most recent call last\)/,
  /you have (?:<code>)?DEBUG = True/i,
  /Using the URLconf defined in/,
  /\/\/ Werkzeug Debugger|__debugger__/,
  /File &quot;\/[^&\n]{1,300}&quot;, line \d/,
  /File "(?:\/|[A-Z]:\\)[^"\n]{1,300}", line \d/,
  /\n\s+at [^\n]{1,200} \((?:file:\/\/|\/|node:|[A-Z]:\\)[^\n]{1,300}:\d+:\d+\)/,
  /\tat [\w$.]+\([\w$]+\.java:\d+\)/,
  /<b>(?:Fatal|Parse) error<\/b>:.{1,500} on line <b>\d/s,
];

const decode = (body: Buffer, encoding: string | undefined): string => {
  const lenient = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: DEBUG_PAGE_WINDOW * 16 };
  try {
    if (encoding === 'gzip') return gunzipSync(body, lenient).toString('latin1');
    if (encoding === 'deflate') return inflateSync(body, lenient).toString('latin1');
    if (encoding === 'br') {
      return brotliDecompressSync(body, {
        finishFlush: constants.BROTLI_OPERATION_FLUSH,
        maxOutputLength: DEBUG_PAGE_WINDOW * 16,
      }).toString('latin1');
    }
  } catch {
    // What cannot be read is judged by its bytes as they are.
  }
  return body.toString('latin1');
};

/** Whether the beginning of an answer shows the app's insides (C30). `encoding`: its Content-Encoding. */
export const showsInternals = (body: Buffer, encoding: string | undefined): boolean => {
  const text = decode(body, encoding).slice(0, DEBUG_PAGE_WINDOW * 4);
  return SIGNS.some((sign) => sign.test(text));
};
