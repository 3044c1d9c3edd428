// SPDX-License-Identifier: Apache-2.0
/** Markup that has been escaped where it had to be. */
export interface Html {
  readonly markup: string;
}

/** A template whose values are escaped, unless they are markup already. */
export function html(strings: TemplateStringsArray, ...values: ReadonlyArray<string | number | Html>): Html {
  const parts = strings.map((string, index) => {
    const value = values[index];
    if (value === undefined) return string;
    return string + (typeof value === 'object' ? value.markup : escaped(String(value)));
  });
  return { markup: parts.join('') };
}

/** Text of ours in which `backticks` enclose code. */
export function prose(text: string): Html {
  return { markup: escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>') };
}

/** Pieces of markup, one below the other. */
export function joined(pieces: readonly Html[]): Html {
  return { markup: pieces.map((piece) => piece.markup).join('\n') };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
