import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

const STATUS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

// Words of ours in the middle of an app's answer would be taken for a part of it. Node's own handler asks the same.
const isAnswering = (socket: Duplex & { _httpMessage?: ServerResponse | null }): boolean =>
  socket._httpMessage?.headersSent === true;

/**
 * Answers what the HTTP/1.1 parser refused and closes, since nobody knows where the next request would begin
 * (CVE-2024-27982 and kin). Returns a stable word for the log.
 */
export const answerMalformed = (error: NodeJS.ErrnoException, socket: Duplex): string => {
  const code = error.code ?? '';
  const reason =
    code.startsWith('HPE_') || code.startsWith('ERR_HTTP') ? code.toLowerCase() : 'connection-reset';
  if (code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return reason;
  }
  const status = STATUS[code] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  setTimeout(() => socket.destroy(), 500).unref();
  return reason;
};
