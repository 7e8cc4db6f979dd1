import type { Exchange } from './exchange.ts';

/**
 * The first `size` bytes of the body (fewer when it is shorter), left in the stream for whoever reads it next. When the
 * body has ended by then, the returned bytes are all of it and the stream is spent.
 */
export const peekBody = async (exchange: Exchange, size: number): Promise<Buffer> => {
  const { incoming } = exchange;
  exchange.invite();
  const parts: Buffer[] = [];
  let length = 0;
  while (length < size && !incoming.readableEnded && !exchange.closed) {
    const part = incoming.read() as Buffer | null;
    if (part === null) {
      await new Promise<void>((resolve) => {
        const done = () => {
          for (const name of ['readable', 'end', 'close', 'error']) incoming.off(name, done);
          resolve();
        };
        for (const name of ['readable', 'end', 'close', 'error']) incoming.on(name, done);
      });
      continue;
    }
    parts.push(part);
    length += part.length;
  }
  const body = Buffer.concat(parts);
  if (!incoming.readableEnded && body.length > 0) incoming.unshift(body);
  return body;
};

/** How many bytes the guards together want to see; 0 for none. */
export const peekSize = (guards: readonly { needs: readonly unknown[] }[]): number =>
  guards
    .flatMap((guard) => guard.needs)
    .reduce<number>((most, need) => Math.max(most, (need as { peek?: number }).peek ?? 0), 0);
