// SPDX-License-Identifier: Apache-2.0
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { DeeptierError } from '../../values/errors.ts';
import { documentRefusals } from '../refusals.ts';
import { decodeXml } from './encoding.ts';
import type { ReadingLimits } from './limits.ts';

/** An element with its namespace resolved: two documents that differ only in prefixes give the same tree. */
export interface XmlElement {
  /** Namespace name, `''` for none. */
  readonly namespace: string;
  readonly name: string;
  /** By local name; namespace declarations are left out. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The element's own text, entities and CDATA resolved, without surrounding blanks. Always text, never a number. */
  readonly text: string;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  textNodeName: '#text',
  cdataPropName: '#cdata',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // Entities are off in the library; the five predefined ones and character references are resolved below.
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Depth is bounded by inspectMarkup with the caller's limit.
  maxNestedTags: Number.MAX_SAFE_INTEGER,
});

/**
 * Reads an XML file of unknown origin: one decoding, no document type, no entities, bounded size, depth and
 * number of elements, checked before a tree is built. Comments and processing instructions are ignored.
 * Throws DOC-1 to DOC-6.
 */
export function readXml(bytes: Uint8Array, limits: ReadingLimits): XmlElement {
  if (bytes.byteLength > limits.maxBytes) {
    throw new DeeptierError(documentRefusals.DOCUMENT_TOO_LARGE, { bytes: bytes.byteLength, maximum: limits.maxBytes });
  }
  const text = decodeXml(bytes);
  inspectMarkup(text, limits);

  const validity = XMLValidator.validate(text);
  if (validity !== true) throw notWellFormed(`line ${validity.err.line}: ${validity.err.msg}`);
  let nodes: unknown;
  try {
    nodes = parser.parse(text);
  } catch (cause) {
    throw notWellFormed('the markup cannot be read', cause);
  }
  const roots = childNodes(nodes).filter((node) => elementName(node) !== undefined);
  if (roots.length !== 1 || roots[0] === undefined) throw notWellFormed(`${roots.length} root elements`);
  return element(roots[0], new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]));
}

/** The first child with this name, whatever its namespace. */
export function child(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return parent?.children.find((candidate) => candidate.name === name);
}

export function childrenNamed(parent: XmlElement | undefined, ...names: readonly string[]): readonly XmlElement[] {
  return parent?.children.filter((candidate) => names.includes(candidate.name)) ?? [];
}

/** Follows first children along a path. */
export function at(parent: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((found, name) => child(found, name), parent);
}

/** Text at the end of a path: `''` for an empty element, `undefined` for an absent one. */
export function textAt(parent: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  return at(parent, ...path)?.text;
}

/** All elements of a tree, the root first, in document order. */
export function* everyElement(root: XmlElement): Generator<XmlElement> {
  yield root;
  for (const inner of root.children) yield* everyElement(inner);
}

/** One pass over the markup, so that a hostile file is refused before memory is spent on it. */
function inspectMarkup(text: string, limits: ReadingLimits): void {
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) {
    throw notWellFormed('it has a character XML does not allow');
  }
  let depth = 0;
  let elements = 0;
  for (let position = text.indexOf('<'); position >= 0; position = text.indexOf('<', position)) {
    if (text.startsWith('<!--', position)) position = endOf(text, '-->', position + 4);
    else if (text.startsWith('<![CDATA[', position)) position = endOf(text, ']]>', position + 9);
    else if (text.startsWith('<?', position)) position = endOf(text, '?>', position + 2);
    else if (text.startsWith('<!', position)) throw new DeeptierError(documentRefusals.DOCUMENT_HAS_DTD);
    else if (text.startsWith('</', position)) {
      depth -= 1;
      position = endOf(text, '>', position + 2);
    } else {
      const end = endOfStartTag(text, position + 1, limits);
      elements += 1;
      if (elements > limits.maxElements) throw tooManyNodes(limits);
      if (text[end - 2] !== '/') depth += 1;
      if (depth > limits.maxDepth) {
        throw new DeeptierError(documentRefusals.DOCUMENT_TOO_DEEP, { maximum: limits.maxDepth });
      }
      position = end;
    }
  }
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  if (found < 0) throw notWellFormed(`"${mark}" is missing`);
  return found + mark.length;
}

/** Position after the `>` that ends a start tag; one inside a quoted attribute value does not. */
function endOfStartTag(text: string, from: number, limits: ReadingLimits): number {
  let quote = '';
  const last = Math.min(text.length, from + limits.maxTagLength);
  for (let position = from; position < last; position += 1) {
    const character = text[position] as string;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return position + 1;
  }
  throw last === text.length ? notWellFormed('a tag does not end') : tooManyNodes(limits);
}

type ParsedNode = Readonly<Record<string, unknown>>;

function element(node: ParsedNode, inherited: ReadonlyMap<string, string>): XmlElement {
  const qualifiedName = elementName(node) as string;
  const rawAttributes = Object.entries((node[':@'] ?? {}) as Record<string, string>);

  const scope = new Map(inherited);
  for (const [name, value] of rawAttributes) {
    if (name === 'xmlns') scope.set('', resolveReferences(value));
    else if (name.startsWith('xmlns:')) scope.set(name.slice(6), resolveReferences(value));
  }
  const attributes = new Map<string, string>();
  for (const [name, value] of rawAttributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:'))
      attributes.set(localName(name), resolveReferences(value).trim());
  }

  const children: XmlElement[] = [];
  let text = '';
  for (const inner of childNodes(node[qualifiedName])) {
    if (typeof inner['#text'] === 'string') text += resolveReferences(inner['#text']);
    else if (inner['#cdata'] !== undefined) text += cdataText(inner['#cdata']);
    else if (elementName(inner) !== undefined) children.push(element(inner, scope));
  }
  const prefix = qualifiedName.includes(':') ? qualifiedName.slice(0, qualifiedName.indexOf(':')) : '';
  const namespace = scope.get(prefix);
  if (namespace === undefined && prefix !== '') throw notWellFormed(`the prefix "${prefix}" is not declared`);
  return { namespace: namespace ?? '', name: localName(qualifiedName), attributes, children, text: text.trim() };
}

function childNodes(value: unknown): readonly ParsedNode[] {
  return Array.isArray(value) ? (value as ParsedNode[]) : [];
}

function elementName(node: ParsedNode): string | undefined {
  return Object.keys(node).find((key) => key !== ':@' && key !== '#text' && key !== '#cdata');
}

function cdataText(value: unknown): string {
  return childNodes(value)
    .map((node) => String(node['#text'] ?? ''))
    .join('');
}

function localName(qualifiedName: string): string {
  return qualifiedName.slice(qualifiedName.indexOf(':') + 1);
}

const PREDEFINED = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function resolveReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(\w+));/g,
    (whole: string, decimal?: string, hexadecimal?: string, name?: string) => {
      if (name !== undefined) {
        const character = PREDEFINED.get(name);
        if (character === undefined) throw new DeeptierError(documentRefusals.DOCUMENT_HAS_DTD);
        return character;
      }
      const codePoint = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
      const allowed =
        codePoint === 0x9 ||
        codePoint === 0xa ||
        codePoint === 0xd ||
        (codePoint >= 0x20 && codePoint <= 0xd7ff) ||
        (codePoint >= 0xe000 && codePoint <= 0xfffd) ||
        (codePoint >= 0x10000 && codePoint <= 0x10ffff);
      if (!allowed) throw notWellFormed(`${whole} is not a character`);
      return String.fromCodePoint(codePoint);
    },
  );
}

function tooManyNodes(limits: ReadingLimits): DeeptierError {
  return new DeeptierError(documentRefusals.DOCUMENT_TOO_MANY_NODES, {
    maximum: limits.maxElements,
    tag: limits.maxTagLength,
  });
}

function notWellFormed(fault: string, cause?: unknown): DeeptierError {
  return new DeeptierError(documentRefusals.DOCUMENT_NOT_WELL_FORMED, { fault: fault.slice(0, 200) }, { cause });
}
