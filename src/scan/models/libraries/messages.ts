import type { LibraryModel } from '../schema.ts';
import { from } from './entries.ts';

/** Consumers of Django Channels: what they know of the connection. */
export const channels: LibraryModel = {
  library: 'channels',
  aliases: Object.fromEntries(
    [
      'websocket.WebsocketConsumer',
      'websocket.AsyncWebsocketConsumer',
      'websocket.JsonWebsocketConsumer',
      'websocket.AsyncJsonWebsocketConsumer',
      'http.AsyncHttpConsumer',
    ].map((name) => [`channels.generic.${name}()`, 'channels.Consumer']),
  ),
  sources: from('channels', 'channels.Consumer', [
    ["scope['query_string']", 'query'],
    ["scope['url_route']", 'path'],
    ["scope['path']", 'url'],
    ["scope['headers']", 'header'],
    ["scope['cookies']", 'cookie'],
  ]),
};

/** Bots of Telegram: what people write to them. */
export const telegram: LibraryModel = {
  library: 'telegram',
  sources: [
    ...from('telegram', 'telegram.Update', [
      ['message.text', 'message'],
      ['message.caption', 'message'],
      ['effective_message.text', 'message'],
      ['callback_query.data', 'message'],
      ['inline_query.query', 'message'],
    ]),
    ...from('telegram', 'telegram.Context', [['args', 'message']]),
  ],
};

/** CGI scripts. */
export const cgi: LibraryModel = {
  library: 'cgi',
  sources: [{ name: 'cgi.FieldStorage()', in: 'any', framework: 'cgi' }],
  sinks: [
    {
      name: 'builtins.print',
      rule: 'py/xss',
      kind: 'html',
      args: ['*'],
      context: 'html',
      needs: 'cgi-page',
    },
  ],
  flags: [
    {
      name: 'builtins.print',
      flag: 'cgi-page',
      when: [{ arg: 0, like: '^content-type:\\s*text/html', absent: false, sure: true }],
    },
  ],
};
