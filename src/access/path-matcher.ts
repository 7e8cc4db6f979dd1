import { PathTrie } from './path-trie.ts';

/** The values whose path patterns fit a path, as rules take them. */
export const pathMatcher = <T>(
  entries: readonly { paths: readonly string[]; value: T }[],
): ((path: string) => T[]) => {
  const trie = new PathTrie<T[]>();
  for (const { paths, value } of entries) for (const path of paths) trie.at(path, () => []).push(value);
  return (path) => {
    const found: T[][] = [];
    trie.collect(path, found);
    return found.length < 2 ? (found[0] ?? []) : [...new Set(found.flat())];
  };
};
