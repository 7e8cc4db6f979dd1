/** Hashes in a full tile, and entries in a full bundle (C2SP tlog-tiles v0.1). */
export const TILE_WIDTH = 256;

/** How many whole subtrees of 256^level leaves a tree of this size has: the hashes at that level of tiles. */
export const hashesAtLevel = (size: number, level: number): number => Math.floor(size / TILE_WIDTH ** level);

/** Levels of tiles that a tree of this size has. */
export const tileLevels = (size: number): number => {
  let levels = 0;
  while (hashesAtLevel(size, levels) > 0) levels++;
  return levels;
};

/** Index 1234067 is written `x001/x234/067` (tlog-tiles, Merkle Tree). */
const indexPath = (index: number): string => {
  const groups = String(index)
    .padStart(Math.ceil(String(index).length / 3) * 3, '0')
    .match(/\d{3}/g) ?? ['000'];
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
};

const partial = (width: number): string => (width === TILE_WIDTH ? '' : `.p/${width}`);

/** Where tile `index` of a level stands, relative to the folder of tiles; `width` is 1 to 256. */
export const tilePath = (level: number, index: number, width: number): string =>
  `${level}/${indexPath(index)}${partial(width)}`;

/** The same for a bundle of entries. */
export const bundlePath = (index: number, width: number): string =>
  `entries/${indexPath(index)}${partial(width)}`;
