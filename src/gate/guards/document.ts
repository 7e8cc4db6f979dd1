import type { ResponseHead } from '../forward/response-head.ts';

// What a browser never makes a document or a worker of. Two types in one field are not judged by the first: browsers
// take the last (Fetch, "extract a MIME type").
const NO_DOCUMENT =
  /^(?:image\/(?!svg)|font\/|audio\/|video\/|text\/(?:css|plain|csv|event-stream)|application\/(?:json|problem\+json|octet-stream|wasm))[^,]*$/i;

/** Whether a browser may run what is in this answer; unknown types count as such. */
export const mayBeDocument = (head: ResponseHead): boolean =>
  !NO_DOCUMENT.test(head.get('content-type') ?? '');
