import { createHash } from 'node:crypto';

/** The whole style of the documentation: no font, image or sheet from anywhere else. */
export const docsStyle = `
:root {
  color-scheme: light dark;
  --ink: #1c2430; --quiet: #5a6675; --paper: #ffffff; --panel: #f4f6f8; --line: #d9dee4; --accent: #0b5cab;
  --get: #1a6b3c; --post: #8a4b00; --put: #5b3fa8; --delete: #a3262b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e8ed; --quiet: #9aa7b5; --paper: #14181d; --panel: #1d232a; --line: #323b45; --accent: #7db8f5;
    --get: #7fd3a0; --post: #f0b266; --put: #bda7f5; --delete: #f39a9d;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--paper); }
.frame { display: grid; grid-template-columns: 18rem minmax(0, 1fr); max-width: 90rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; padding: 1.5rem 1rem 3rem 1.5rem; border-right: 1px solid var(--line); font-size: .875rem; }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; }
nav li { margin: .15rem 0; }
nav h2 { margin: 1rem 0 .25rem; font-size: .875rem; text-transform: capitalize; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
main { padding: 1.5rem 2.5rem 6rem; min-width: 0; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; line-height: 1.25; }
main h2 { margin: 3rem 0 1rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); font-size: 1.4rem; text-transform: capitalize; }
h3 { margin: 2.5rem 0 .25rem; font-size: 1.1rem; }
h4 { margin: 1.25rem 0 .35rem; font-size: .9rem; }
p { margin: .4rem 0; max-width: 48rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .875em; }
pre { margin: 0; padding: .75rem 1rem; overflow: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 4px; max-height: 30rem; }
.call { display: flex; flex-wrap: wrap; gap: .6rem; align-items: baseline; overflow-wrap: anywhere; }
.method { font-weight: 700; text-transform: uppercase; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); } .delete { color: var(--delete); }
.quiet { color: var(--quiet); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; color: var(--quiet); padding-bottom: .25rem; }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 600; }
tr:target { background: var(--panel); }
summary { cursor: pointer; }
.codes { display: flex; flex-wrap: wrap; gap: .25rem .9rem; margin: 0; padding: 0; list-style: none; font-size: .875rem; }
@media (max-width: 60rem) {
  .frame { display: block; }
  nav { position: static; max-height: none; border-right: 0; border-bottom: 1px solid var(--line); }
  main { padding: 1.5rem 1rem 4rem; }
}
`;

/** Lets exactly this style through, and nothing else at all. */
export const docsContentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(docsStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
