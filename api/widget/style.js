// How <archive-chat> looks. A constructed sheet, as a strict Content-Security-Policy forbids style elements.

export const style = new CSSStyleSheet();
style.replaceSync(`
:host {
  --ink: var(--archive-ink, #211d18); --soft: var(--archive-soft, #655e54); --line: var(--archive-line, #ddd5c8);
  --paper: var(--archive-paper, #fffdf9); --accent: var(--archive-accent, #7d2a1e); --on-accent: #fffaf4;
  --marked: var(--archive-mark, #f6e6bd); --bad: #a11d2b;
  --lift: 0 .5rem 2rem rgb(30 20 10 / .09), 0 1.25rem 0 .125rem var(--archive-ground, transparent);
  --serif: var(--archive-serif, "Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", Charter, Georgia, serif);
  --sans: var(--archive-sans, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif);
  display: block; color: var(--ink); font: 1rem/1.5 var(--sans); color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :host {
    --ink: var(--archive-ink, #ece6dc); --soft: var(--archive-soft, #a89f92); --line: var(--archive-line, #3b362f);
    --paper: var(--archive-paper, #1f1c18); --accent: var(--archive-accent, #eba687); --on-accent: #241109;
    --marked: var(--archive-mark, #4a3c1c); --bad: #ff9a9a;
  }
}
* { box-sizing: border-box; }
:host([hidden]) { display: none; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
a { color: inherit; text-decoration-color: color-mix(in srgb, currentColor 35%, transparent); text-underline-offset: .2em; }
a:hover { color: var(--accent); text-decoration-color: currentColor; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
h2, h3, p, blockquote, ol, ul { margin: 0; padding: 0; overflow-wrap: anywhere; }

[part="turn"] { padding: 0 0 2.5rem; scroll-margin-top: 1.5rem; }
[part="turn"] + [part="turn"] { border-top: 1px solid var(--line); padding-top: 2rem; }
h2 { font: 600 1.0625rem/1.4 var(--sans); color: var(--soft); margin-bottom: .75rem; text-wrap: balance; }
.says { font: 1.375rem/1.55 var(--serif); text-wrap: pretty; max-width: 36em; }
.says:empty { display: none; }
.statement { animation: come .35s ease-out; }
sup { line-height: 0; margin-inline-start: .15em; }
.mark {
  position: relative; display: inline-block; min-width: 1.5rem; padding: 0 .375rem; border-radius: 1rem; text-align: center;
  font: 600 .75rem/1.5rem var(--sans); font-variant-numeric: tabular-nums; text-decoration: none; color: var(--accent);
  background: color-mix(in srgb, var(--accent) 12%, transparent); vertical-align: baseline; translate: 0 -.1em;
}
.mark::after { content: ""; position: absolute; inset: 50% auto auto 50%; width: 44px; height: 44px; translate: -50% -50%; }
.mark:hover, .mark:focus-visible { background: var(--accent); color: var(--on-accent); }

.status { display: flex; align-items: center; gap: .75rem; color: var(--soft); min-height: 2.75rem; }
.status::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: var(--accent); animation: breathe 1.2s ease-in-out infinite; }

.sources { list-style: none; margin-top: 1.5rem; border-top: 1px solid var(--line); }
.sources:empty { display: none; }
.sources li { position: relative; padding: 1rem 0 1rem 2.75rem; border-bottom: 1px solid var(--line); transition: background .15s; }
.sources li.lit { background: color-mix(in srgb, var(--accent) 7%, transparent); }
.sources .number {
  position: absolute; inset-inline-start: .25rem; top: 1.0625rem; min-width: 1.5rem; text-align: center; border-radius: 1rem;
  font: 600 .75rem/1.5rem var(--sans); color: var(--accent); background: color-mix(in srgb, var(--accent) 12%, transparent);
}
.title { font: 600 1rem/1.4 var(--sans); display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
.about { color: var(--soft); font-size: .875rem; margin-top: .125rem; }
.changed { margin-inline-start: .5rem; padding: 0 .5rem; border-radius: 1rem; background: var(--bad); color: var(--paper); font-weight: 600; }
blockquote { margin-top: .625rem; font: 1.0625rem/1.6 var(--serif); max-width: 38em; }
mark { background: linear-gradient(transparent 8%, var(--marked) 8% 92%, transparent 92%); color: inherit; padding: 0 .1em; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.publisher { display: inline-flex; align-items: center; min-height: 2.75rem; margin-bottom: -.75rem; font-size: .875rem; color: var(--soft); }
.publisher::after { content: " \\2197" / ""; padding-inline-start: .25rem; }

.why { font: 1.375rem/1.5 var(--serif); max-width: 34em; text-wrap: pretty; }
h3 { font: 600 .875rem/1.4 var(--sans); color: var(--soft); margin: 1.5rem 0 .25rem; }
.nearest { list-style: none; border-inline-start: 3px solid var(--line); padding-inline-start: 1rem; }
.nearest li { padding: .625rem 0; }
.near { margin-top: .375rem; font: 1rem/1.55 var(--serif); color: var(--soft); display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; max-width: 40em; }
.note { margin-top: 1rem; padding: .75rem 1rem; border-radius: .5rem; border: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; }
.failed { border-color: var(--bad); color: var(--bad); }
code { font: .9375em ui-monospace, "SF Mono", Menlo, Consolas, monospace; }

button { min-height: 2.75rem; min-width: 2.75rem; padding: 0 1rem; border: 1px solid var(--line); border-radius: .5rem; background: transparent; color: var(--ink); font: 600 .9375rem/1 var(--sans); cursor: pointer; }
button:hover { border-color: var(--accent); color: var(--accent); }
.thumbs { display: flex; align-items: center; gap: .25rem; margin: .5rem 0 0 -.75rem; color: var(--soft); font-size: .875rem; }
.thumbs button { border-color: transparent; padding: 0; color: var(--soft); display: grid; place-items: center; }
.thumb { width: 1.25rem; height: 1.25rem; background: currentColor; clip-path: path("M1 9h4v10H1zM6.500 9l4-8c1.800 0 2.700 1.200 2.400 2.800L12 7.500h5.500c1.200 0 2 1 1.700 2.200l-1.700 7.500c-.25 1.100-1.100 1.800-2.200 1.800H6.500z"); }
.down { rotate: 180deg; }
.thumbs [aria-pressed="true"] { color: var(--accent); }
.said { padding-inline-start: .5rem; }

form {
  position: sticky; bottom: max(1rem, env(safe-area-inset-bottom)); display: flex; align-items: flex-end; gap: .5rem; padding: .375rem;
  background: var(--paper); border: 1px solid var(--line); border-radius: .875rem; box-shadow: var(--lift);
}
form:has(textarea:focus-visible) { border-color: var(--accent); box-shadow: 0 0 0 2px var(--accent), var(--lift); }
textarea { flex: 1; min-width: 0; min-height: 2.75rem; max-height: 12rem; resize: none; border: 0; padding: .625rem .75rem; background: transparent; color: inherit; font: 1.0625rem/1.5 var(--sans); }
textarea:focus-visible { outline: 0; }
textarea::placeholder { color: var(--soft); opacity: 1; }
.ask { background: var(--accent); border-color: var(--accent); color: var(--on-accent); min-width: 4.5rem; }
.ask:hover { color: var(--on-accent); filter: brightness(1.12); }

@keyframes come { from { opacity: 0; } }
@keyframes breathe { 50% { opacity: .25; } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media (max-width: 30rem) { .says, .why { font-size: 1.25rem; } .sources li { padding-inline-start: 2.25rem; } .sources .number { inset-inline-start: 0; } }
@media (forced-colors: active) { .mark, .ask { border: 1px solid; } .thumb { background: ButtonText; forced-color-adjust: none; } }
`);
