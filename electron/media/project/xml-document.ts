import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces';

export type XmlElement = XMLBuilder;

/** A document with a bare DOCTYPE of the root's name; gives back the root. */
export function xmlDocument(root: string, attributes: Readonly<Record<string, string>>): XmlElement {
  return child(create({ version: '1.0', encoding: 'UTF-8' }).dtd({ name: root }), root, attributes);
}

/** Appends an element and gives it back. */
export function child(
  parent: XmlElement,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): XmlElement {
  const literals = Object.entries(attributes).map(([key, value]) => [key, literal(value)] as const);
  return parent.ele(name, Object.fromEntries(literals));
}

/** Appends an element that holds text alone. */
export function textChild(parent: XmlElement, name: string, value: string | number): void {
  parent.ele(name).txt(literal(String(value)));
}

/** The whole document that an element belongs to. */
export function xmlText(element: XmlElement): string {
  return `${element.end({ prettyPrint: true, indent: '    ' })}\n`;
}

/**
 * The builder writes what looks like a reference as it stands: `&lt;` or `&#0;` in a name would be read as another
 * character, or as none that XML knows. With every `&` escaped beforehand there is nothing left to guess.
 */
function literal(text: string): string {
  return text.replaceAll('&', '&amp;');
}
