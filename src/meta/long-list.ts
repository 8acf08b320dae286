/**
 * A long list under change: cut into blocks, so that adding and removing near its head moves a block's items and not all
 * that stand behind.
 */
export interface LongList {
  length: number;
  readonly blocks: unknown[][];
}

/** Shorter lists are changed as they are. */
export const LONG_LIST_MIN = 2048;
const BLOCK_ITEMS = 512;

export function toLongList(items: readonly unknown[]): LongList {
  const blocks: unknown[][] = [];
  for (let at = 0; at < items.length; at += BLOCK_ITEMS) blocks.push(items.slice(at, at + BLOCK_ITEMS));
  return { length: items.length, blocks };
}

/** `index` is within the list, as for all others here. */
export function itemAt(list: LongList, index: number): unknown {
  const { block, offset } = find(list, index);
  return list.blocks[block]?.[offset];
}

export function replaceItem(list: LongList, index: number, item: unknown): void {
  const { block, offset } = find(list, index);
  list.blocks[block]?.splice(offset, 1, item);
}

/** `index` may be the list's length. */
export function insertItem(list: LongList, index: number, item: unknown): void {
  const { block, offset } = find(list, index);
  const items = list.blocks[block];
  if (items === undefined) {
    list.blocks.push([item]);
  } else {
    items.splice(offset, 0, item);
    if (items.length > 2 * BLOCK_ITEMS) list.blocks.splice(block + 1, 0, items.splice(BLOCK_ITEMS));
  }
  list.length++;
}

export function removeItem(list: LongList, index: number): void {
  const { block, offset } = find(list, index);
  const items = list.blocks[block] ?? [];
  items.splice(offset, 1);
  if (items.length === 0) list.blocks.splice(block, 1);
  list.length--;
}

/** Makes `items` what the list has become. */
export function writeItems(list: LongList, items: unknown[]): void {
  items.length = 0;
  for (const block of list.blocks) items.push(...block);
}

/** For the place behind the last item: the end of the last block. */
function find({ length, blocks }: LongList, index: number): { block: number; offset: number } {
  if (index === length) return { block: Math.max(0, blocks.length - 1), offset: blocks.at(-1)?.length ?? 0 };
  let offset = index;
  let block = 0;
  for (; offset >= (blocks[block]?.length ?? Number.POSITIVE_INFINITY); block++) offset -= blocks[block]?.length ?? 0;
  return { block, offset };
}
