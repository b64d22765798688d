import { AppError } from '../../../shared/model/errors.ts';
import { FindingList } from '../findings/finding-list.ts';
import { type LogPart, PacketTableBuilder } from '../packet-table.ts';
import { fileStem, parseLogFileName } from './log-file.ts';

/** Where the key begins in a file's header. */
const KEY_START_BYTE = 32;

/** A row's part index takes 16 bits. */
const MAX_PARTS = 65_536;

/** Speech at 48 kb/s takes about 150 bytes a record; more room than that is made when it is needed. */
const TYPICAL_RECORD_BYTES = 150;

/** Room for 46 hours of 20 ms packets is made at once. */
const MAX_EXPECTED_PACKETS = 2 ** 23;

/** What one log file held. */
export interface NanoFile {
  /** Path relative to the session folder. */
  readonly file: string;
  /** The player's name from the file's header; undefined when that cannot be read. */
  readonly key: string | undefined;
  /** Records read; those that are not packets and those without a time included. */
  readonly records: number;
  readonly packets: number;
  /** Packets that carry no time. */
  readonly unstamped: number;
  /** Packets whose time cannot be right; they are taken as if they carried none. */
  readonly badStamps: number;
  /** Records whose content is not an Opus packet. */
  readonly notOpus: number;
  /** Earliest and latest stamp in milliseconds from T0; undefined without one. */
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  /** Most channels that a packet's TOC byte tells; undefined without packets. */
  readonly channels: 1 | 2 | undefined;
  /** The rate that the first readable record header names. */
  readonly sampleRate: number | undefined;
}

/** What a track is named after, the least trusted first: a file's name, a key it was not made from, one it was. */
const NAMED_BY = { file: 0, key: 1, fittingKey: 2 };

/** One player, from all files that bear the name. */
export class NanoTrack {
  player: string;
  /** One of NAMED_BY. */
  namedBy: number;
  readonly packets: PacketTableBuilder;
  /** Rows whose stamp, size and payload equal those of the row before, ascending; `place` takes them. */
  readonly repeats: number[] = [];
  /** In the order they were scanned. */
  readonly files: NanoFile[] = [];

  /** @param fileBytes size of its first file, to make room for. */
  constructor(player: string, namedBy: number, fileBytes: number) {
    this.player = player;
    this.namedBy = namedBy;
    const expected = Math.min(MAX_EXPECTED_PACKETS, Math.ceil(fileBytes / TYPICAL_RECORD_BYTES));
    this.packets = new PacketTableBuilder('arrival', expected);
  }

  /** True when no file's header could be read: `player` is then what a file's name tells. */
  get isNameAssumed(): boolean {
    return this.namedBy === NAMED_BY.file;
  }

  /** 2 when any packet is stereo; 1 without packets. */
  get channels(): 1 | 2 {
    return this.files.some((file) => file.channels === 2) ? 2 : 1;
  }

  get sampleRate(): number | undefined {
    return this.files.find((file) => file.sampleRate !== undefined)?.sampleRate;
  }

  get firstMs(): number | undefined {
    const stamps = this.files.map((file) => file.firstMs).filter((stamp) => stamp !== undefined);
    return stamps.length === 0 ? undefined : Math.min(...stamps);
  }

  get lastMs(): number | undefined {
    const stamps = this.files.map((file) => file.lastMs).filter((stamp) => stamp !== undefined);
    return stamps.length === 0 ? undefined : Math.max(...stamps);
  }
}

/** Everything the logs of a session hold. Scan the files in the order of `orderLogFiles`. */
export class NanoCollector {
  /** In order of appearance. Two may have the same name when one of the names is assumed. */
  readonly tracks: NanoTrack[] = [];
  readonly parts: LogPart[] = [];
  readonly findings: FindingList = new FindingList();
  readonly #byKey = new Map<string, NanoTrack>();
  readonly #byGroup = new Map<string, NanoTrack>();

  /**
   * The track that a file belongs to: its group's, since the hash in the file's name is of the player's name, else the
   * one its key names. A key that the file's name was not made from may be damaged: it joins no other group's track,
   * and names its own only until a better one is read. Keys that lose against another are a finding each.
   * @param file path relative to the session folder, with forward slashes.
   * @param fileBytes its size as far as known: room is made for what such a file holds.
   */
  begin(file: string, key: string | undefined, fileBytes = 0): NanoTrack {
    const fileName = file.slice(file.lastIndexOf('/') + 1);
    const parsed = parseLogFileName(fileName);
    const group = parsed?.group ?? fileName;
    if (key === undefined) {
      const stem = parsed?.stem ?? fileName.replace(/\.log$/u, '');
      const name = stem === '' ? `Player${group}` : stem;
      return this.#byGroup.get(group) ?? this.#insert(new NanoTrack(name, NAMED_BY.file, fileBytes), group);
    }
    const isFitting = parsed === undefined || fileStem(key) === parsed.stem.normalize('NFC');
    const namedBy = isFitting ? NAMED_BY.fittingKey : NAMED_BY.key;
    const track =
      this.#byGroup.get(group) ??
      (isFitting ? this.#byKey.get(key) : undefined) ??
      this.#insert(new NanoTrack(key, namedBy, fileBytes), group);
    this.#byGroup.set(group, track);
    if (track.namedBy < namedBy) {
      track.player = key;
      track.namedBy = namedBy;
      for (const earlier of track.files) this.#compareKey(track, earlier.file, earlier.key);
    } else {
      this.#compareKey(track, file, key);
    }
    if (isFitting && !this.#byKey.has(key)) this.#byKey.set(key, track);
    return track;
  }

  /** Reports a key that names somebody else than the track it is in. */
  #compareKey({ player }: NanoTrack, file: string, key: string | undefined): void {
    if (key === undefined || key === player) return;
    this.findings.add({
      kind: 'bad-header',
      file,
      startByte: KEY_START_BYTE,
      endByte: KEY_START_BYTE + Buffer.byteLength(key),
      reason: `The header names "${key}", but by its name the file is one of "${player}".`,
      track: player,
    });
  }

  /**
   * Adds a stretch of a file that packet offsets can count from and returns its index.
   * @throws AppError('unsupported') when a session has more parts than a row can name.
   */
  addPart(file: string, baseByte: number): number {
    if (this.parts.length === MAX_PARTS) {
      throw new AppError('unsupported', `A session of more than ${MAX_PARTS} log files cannot be read.`);
    }
    this.parts.push({ file, baseByte });
    return this.parts.length - 1;
  }

  #insert(track: NanoTrack, group: string): NanoTrack {
    this.tracks.push(track);
    this.#byGroup.set(group, track);
    return track;
  }
}
