import ts from 'typescript';

/** One module: its path relative to the project's root with forward slashes, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The code of a module as one TypeScript file; of a Svelte component that is what its script blocks hold. */
export function parseSource(source: Source): ts.SourceFile {
  const text = source.path.endsWith('.svelte') ? scriptBlocks(source.text) : source.text;
  return ts.createSourceFile(source.path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
}

/** Every module that a file names in an import or re-export, `import()` and `import type` included. */
export function importsOf(file: ts.SourceFile): string[] {
  const names: string[] = [];
  const add = (node: ts.Node | undefined): void => {
    if (node !== undefined && ts.isStringLiteralLike(node)) names.push(node.text);
  };
  visit(file, (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0]);
    } else if (ts.isCallExpression(node) && node.expression.getText(file) === 'require')
      add(node.arguments[0]);
  });
  return names;
}

/** Calls back for every node below, parents first. */
export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    see(child);
    visit(child, see);
  });
}

function scriptBlocks(component: string): string {
  return [...component.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map((block) => block[1]).join('\n');
}
