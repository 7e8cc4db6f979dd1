import { connect, type TLSSocket } from 'node:tls';
import type { WireGate } from './open-gate.ts';

/** A TLS connection to the gate on which any bytes may be written. */
export const rawConnect = (gate: WireGate, protocols: string[] = ['http/1.1']): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port: gate.port,
      servername: 'app.example.test',
      ca: gate.ca,
      ALPNProtocols: protocols,
    });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });

/** Writes the bytes and collects all that comes back until the gate closes or `quiet` milliseconds pass in silence. */
export const rawExchange = async (gate: WireGate, bytes: string | Buffer, quiet = 400): Promise<string> => {
  const socket = await rawConnect(gate);
  return new Promise((resolve) => {
    let text = '';
    let timer = setTimeout(() => socket.destroy(), quiet + 1_500);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(() => socket.destroy(), quiet);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
    socket.write(bytes);
  });
};

/** The status codes of all answers in a transcript, in order. */
export const statuses = (transcript: string): number[] =>
  [...transcript.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));
