import type { IncomingHttpHeaders } from 'node:http';

/** The person whom the gate has let in, as its headers say. */
export interface Viewer {
  name: string;
  roles: string[];
}

const decoded = (value: string | string[] | undefined): string => {
  const text = (Array.isArray(value) ? value[0] : value) ?? '';
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * Who looks at the page; undefined when the request did not come through the gate. These headers are as good as the
 * gate in front: without one, anybody may send them. An app that other machines can reach directly has to verify
 * X-Gatehouse-Identity.
 */
export const viewerOf = (headers: IncomingHttpHeaders): Viewer | undefined => {
  const name = decoded(headers['x-gatehouse-name']) || decoded(headers['x-gatehouse-user']);
  if (name === '') return undefined;
  const roles = decoded(headers['x-gatehouse-roles']);
  return { name, roles: roles === '' ? [] : roles.split(',').map((role) => role.trim()) };
};
