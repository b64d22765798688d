import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Catalog, CorruptCatalogError, corruptionOf } from '../../electron/catalog/catalog.ts';
import { type Database, openDatabase } from '../../electron/catalog/database.ts';
import { migrate, MIGRATIONS } from '../../electron/catalog/migrate.ts';
import { catalogRow } from '../support/catalog-rows.ts';
import { EVERYTHING } from '../support/library.ts';
import { inTemporaryFolder } from '../support/session-folder.ts';

const ALL = { ...EVERYTHING, offset: 0, limit: 50 };

describe('the schema', () => {
  it.each(MIGRATIONS.map((_sql, version) => version))(
    'is the same from version %i on as schema.sql',
    (version) => {
      const database = openDatabase(':memory:');
      migrate(database, MIGRATIONS.slice(0, version));
      migrate(database);
      const written = openDatabase(':memory:');
      written.exec(readFileSync('electron/catalog/schema.sql', 'utf8'));
      expect(tablesOf(database)).toEqual(tablesOf(written));
      expect(database.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
    },
  );

  it('of a newer version is left alone', () =>
    inTemporaryFolder((folder) => {
      const path = join(folder, 'catalog.db');
      const database = openDatabase(path);
      database.pragma('user_version = 99');
      database.close();
      expect(() => Catalog.open(path)).toThrow('newer than');
      return Promise.resolve();
    }));
});

describe('Catalog', () => {
  it('sorts, filters, counts and pages', () => {
    const catalog = Catalog.inMemory();
    catalog.sessions.putAll(Array.from({ length: 120 }, (_, n) => catalogRow(n)));
    const { sessions } = catalog;
    const first = sessions.list({ ...EVERYTHING, sort: { by: 'title', descending: false } }, 0, 50);
    expect([first.total, first.rows.length, first.rows[0]?.title]).toEqual([120, 50, 'Episode 0000']);
    expect(sessions.list(EVERYTHING, 100, 50).rows).toHaveLength(20);
    expect(sessions.list({ ...EVERYTHING, tags: ['tag 3'] }, 0, 50).total).toBe(12);
    expect(sessions.list({ ...EVERYTHING, states: ['damaged', 'recovered'] }, 0, 50).total).toBe(24);
    expect(sessions.list({ ...EVERYTHING, without: ['damaged', 'recovered'] }, 0, 50).total).toBe(96);
    const days = { sinceUnixMicros: dayOf(10), beforeUnixMicros: dayOf(13) };
    expect(sessions.ids({ ...EVERYTHING, ...days })).toEqual(['session-12', 'session-11', 'session-10']);
    expect(sessions.ids({ ...EVERYTHING, ...days, without: ['recovered'] })).toHaveLength(2);
    sessions.put({ ...catalogRow(500), startUnixMicros: null });
    expect(sessions.list({ ...EVERYTHING, sinceUnixMicros: 0 }, 0, 1).total).toBe(120);
    sessions.remove('session-500');
    sessions.setHidden('session-7', true);
    expect(sessions.ids(EVERYTHING)).toHaveLength(119);
    expect(sessions.list({ ...EVERYTHING, search: 'episode 0007' }, 0, 50).total).toBe(0);
    for (const by of ['title', 'start', 'players', 'length', 'size', 'state', 'relevance'] as const) {
      const order = sessions.ids({ ...EVERYTHING, sort: { by, descending: false } });
      expect(new Set(order).size).toBe(119);
    }
    catalog.close();
  });

  it('finds words by their beginning, without accents, in every text', () => {
    const { sessions } = Catalog.inMemory();
    sessions.put({
      ...catalogRow(1),
      title: 'Café des Ölmüllers',
      notes: 'half-time',
      markerNames: ['Gelächter'],
    });
    const finds = (search: string): number => sessions.list({ ...EVERYTHING, search }, 0, 10).total;
    expect(['cafe', 'olmu', 'CAFÉ olm', 'time half', 'gelach', 'host', 'tag'].map(finds)).toEqual([
      1, 1, 1, 1, 1, 1, 1,
    ]);
    expect(['caf des x', 'title:cafe', 'mull', '🎙'].map(finds)).toEqual([0, 0, 0, 0]);
  });

  it('takes any text as a search', () => {
    const { sessions } = Catalog.inMemory();
    sessions.put(catalogRow(1));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('"', '*', ':', '^', '-', '(', ')', '{', ' AND ', ' NEAR ', "'", 'a', '\0'),
      }),
    );
    fc.assert(
      fc.property(text, (search) => {
        sessions.list({ ...EVERYTHING, search }, 0, 10);
        sessions.ids({ ...EVERYTHING, search, sort: { by: 'relevance', descending: true } });
      }),
    );
  });

  it('holds ten thousand sessions', () => {
    const catalog = Catalog.inMemory();
    catalog.sessions.putAll(Array.from({ length: 10_000 }, (_, n) => catalogRow(n)));
    expect(catalog.sessions.totals().sessions).toBe(10_000);
    expect(catalog.sessions.list({ ...EVERYTHING, search: 'episode 9999' }, 0, 50).rows[0]?.sessionId).toBe(
      'session-9999',
    );
    expect(catalog.sessions.ids(EVERYTHING)).toHaveLength(10_000);
    expect(catalog.faults()).toEqual([]);
  });

  it('notices a page that was overwritten, before or while it is used', () =>
    inTemporaryFolder((folder) => {
      const whole = join(folder, 'whole.db');
      const catalog = Catalog.open(whole);
      catalog.sessions.putAll(Array.from({ length: 60 }, (_, n) => catalogRow(n)));
      catalog.close();
      const pages = statSync(whole).size / 4096;
      expect(pages).toBeGreaterThan(20);
      for (let page = 0; page < pages; page++) {
        const path = join(folder, `${page}.db`);
        copyFileSync(whole, path);
        const bytes = readFileSync(path);
        bytes.fill(0xa5, page * 4096, (page + 1) * 4096);
        writeFileSync(path, bytes);
        expect(useAll(path), `page ${page}`).toBe('noticed or whole');
      }
      return Promise.resolve();
    }));

  it('checks itself after a program that did not close it', () =>
    inTemporaryFolder((folder) => {
      const path = join(folder, 'catalog.db');
      const catalog = Catalog.open(path);
      catalog.sessions.putAll(Array.from({ length: 60 }, (_, n) => catalogRow(n)));
      const copy = join(folder, 'copy.db');
      for (const suffix of ['', '-wal']) copyFileSync(`${path}${suffix}`, `${copy}${suffix}`);
      catalog.close();
      const again = Catalog.open(copy);
      expect(again.sessions.totals().sessions).toBe(60);
      again.close();
      return Promise.resolve();
    }));
});

/** T0 of the made up session of this number. */
function dayOf(n: number): number {
  return catalogRow(n).startUnixMicros ?? 0;
}

/** Nothing but a CorruptCatalogError, or right answers, may come of a damaged file. */
function useAll(path: string): string {
  try {
    const catalog = Catalog.open(path);
    try {
      const found = catalog.sessions.list(ALL, 0, 50);
      catalog.sessions.list({ ...ALL, search: 'episode' }, 0, 50);
      catalog.sessions.get('session-1');
      return found.total === 60 || catalog.faults().length > 0
        ? 'noticed or whole'
        : `${found.total} sessions`;
    } finally {
      catalog.close();
    }
  } catch (error) {
    return corruptionOf(error) instanceof CorruptCatalogError ? 'noticed or whole' : String(error);
  }
}

function tablesOf(database: Database): unknown {
  const rows = database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();
  return rows.map((row) =>
    JSON.stringify(row)
      .replace(/--[^\n]*?\\n/g, '')
      .replace(/(\\n|\s)+/g, ' '),
  );
}
