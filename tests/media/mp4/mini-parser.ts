/** A box as this parser sees it: type, and where its content lies. Written for tests alone, so that they trust no code of ours. */
export interface ParsedBox {
  readonly type: string;
  readonly content: DataView;
  readonly children: readonly ParsedBox[];
}

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts', 'tref', 'udta', 'dinf']);

/** The boxes of a file's head; an `mdat` may end beyond the bytes, since tests have no payload to lay. */
export function parseBoxes(bytes: Uint8Array): ParsedBox[] {
  const boxes: ParsedBox[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length;) {
    const short = view.getUint32(at);
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    const headBytes = short === 1 ? 16 : 8;
    const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short;
    if (size < headBytes || (type !== 'mdat' && at + size > bytes.length)) {
      throw new Error(`box ${type} at ${at} of ${bytes.length} has size ${size}`);
    }
    const content = bytes.subarray(at + headBytes, Math.min(bytes.length, at + size));
    boxes.push({
      type,
      content: new DataView(content.buffer, content.byteOffset, content.byteLength),
      children: CONTAINERS.has(type) ? parseBoxes(content) : [],
    });
    at += size;
  }
  return boxes;
}

/** All boxes at a path such as `moov/trak/mdia`. */
export function find(boxes: readonly ParsedBox[], path: string): ParsedBox[] {
  const [first = '', ...rest] = path.split('/');
  const here = boxes.filter((box) => box.type === first);
  return rest.length === 0 ? here : here.flatMap((box) => find(box.children, rest.join('/')));
}

/** One track's samples as its tables describe them. */
export interface ParsedTrack {
  readonly sizes: number[];
  readonly durations: number[];
  readonly offsets: number[];
  /** Group index of each sample; all 0 where the group is missing. */
  readonly fill: number[];
  readonly rollDistance: number;
  readonly wide: boolean;
}

/** Reads an audio track's sample tables, checking that they agree with each other. */
export function parseTrack(trak: ParsedBox): ParsedTrack {
  const stbl = find([trak], 'trak/mdia/minf/stbl')[0]?.children ?? [];
  const table = (type: string): DataView | undefined => stbl.find((box) => box.type === type)?.content;
  const rows = (view: DataView | undefined, from: number, width: number): number[][] => {
    const count = view?.getUint32(from) ?? 0;
    return Array.from({ length: count }, (_, row) =>
      Array.from(
        { length: width },
        (_, column) => view?.getUint32(from + 4 + 4 * (row * width + column)) ?? 0,
      ),
    );
  };
  const sizes = rows(table('stsz'), 8, 1).flat();
  const durations = rows(table('stts'), 4, 2).flatMap(([count = 0, delta = 0]) =>
    Array<number>(count).fill(delta),
  );
  const co64 = table('co64');
  const chunkOffsets = co64 === undefined ? rows(table('stco'), 4, 1).flat() : rows(co64, 4, 2).map(join);
  const stsc = rows(table('stsc'), 4, 3);
  const offsets: number[] = [];
  for (const [index, chunkOffset] of chunkOffsets.entries()) {
    const perChunk = stsc.findLast(([first = 0]) => first <= index + 1)?.[1] ?? 0;
    let at = chunkOffset;
    for (let i = 0; i < perChunk; i++) {
      const size = sizes[offsets.length] ?? 0;
      offsets.push(at);
      at += size;
    }
  }
  const groups = stbl.filter((box) => box.type === 'sbgp').map((box) => box.content);
  const fillGroup = groups.find((view) => view.getUint32(4) === 0x66696c6c);
  const fill =
    fillGroup === undefined
      ? sizes.map(() => 0)
      : rows(fillGroup, 8, 2).flatMap(([count = 0, index = 0]) => Array<number>(count).fill(index));
  return {
    sizes,
    durations,
    offsets,
    fill,
    rollDistance: table('sgpd')?.getInt16(16) ?? 0,
    wide: co64 !== undefined,
  };
}

/** The two halves of a 64-bit entry. */
function join([high = 0, low = 0]: number[]): number {
  return high * 2 ** 32 + low;
}
