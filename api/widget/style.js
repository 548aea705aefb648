// How <archive-chat> looks. A constructed sheet, as a strict Content-Security-Policy forbids style elements.
// Lengths are in em of the widget's own text: a page may have set its root to any size.

export const style = new CSSStyleSheet();
style.replaceSync(`
:host {
  --_ink: var(--archive-ink, light-dark(#211d18, #ece6dc)); --_soft: var(--archive-soft, light-dark(#655e54, #aaa194));
  --_line: var(--archive-line, light-dark(#ddd5c8, #3b362f)); --_ground: var(--archive-ground, light-dark(#fffdf9, #171512));
  --_paper: var(--archive-paper, light-dark(#fffdf9, #211e1a)); --_accent: var(--archive-accent, light-dark(#7d2a1e, #eba687));
  --_on-accent: var(--archive-on-accent, light-dark(#fffaf4, #241109)); --_marked: var(--archive-mark, light-dark(#f6e6bd, #4a3c1c));
  --_grave: var(--archive-grave, light-dark(#a11d2b, #ff9a9a)); --_wash: color-mix(in srgb, var(--_accent) 9%, transparent);
  --_serif: var(--archive-serif, "Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", Charter, Georgia, serif);
  --_sans: var(--archive-sans, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif);
  display: block; block-size: max(36rem, 576px); max-block-size: 100dvh;
}
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([theme="system"]) { color-scheme: light dark; }
:host([layout="page"]) { display: flex; flex-direction: column; block-size: auto; max-block-size: none; }
:host([layout="panel"]), :host([layout="button"]) { display: contents; }
:host([layout="page"]) .turn :is(a, button, input) { scroll-margin-block: 1em 9em; }
:host([hidden]) { display: none; }
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
h2, h3, p, blockquote, ol, ul, fieldset, legend, dialog, pre { margin: 0; padding: 0; border: 0; overflow-wrap: anywhere; }
ol, ul { list-style: none; }
a { color: inherit; text-decoration-color: color-mix(in srgb, currentColor 40%, transparent); text-underline-offset: .2em; }
a:hover { color: var(--_accent); text-decoration-color: currentColor; }
:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; border-radius: .25em; }

button, input, textarea { font: inherit; color: inherit; }
button {
  min-block-size: 44px; min-inline-size: 44px; padding: 0 1em; border: 1px solid var(--_line); border-radius: .5em;
  background: transparent; font-weight: 600; cursor: pointer; text-align: start;
}
button:hover { border-color: var(--_accent); color: var(--_accent); }
.quiet { border-color: transparent; padding: 0 .625em; color: var(--_soft); font-weight: 500; font-size: .875em; }
.quiet:hover { border-color: transparent; text-decoration: underline; text-underline-offset: .2em; }
.shut { font-size: 1em; padding: 0; text-align: center; text-decoration: none !important; }
.kicker, .about, .only, .place, .understood { color: var(--_soft); font-size: .875em; }
.age { white-space: nowrap; }
.old { color: var(--_ink); font-weight: 600; }

.frame, .launch, .card, .source {
  color: var(--_ink); font: max(1rem, 16px)/1.5 var(--_sans); text-align: start; text-indent: 0; letter-spacing: normal; word-spacing: normal;
  text-transform: none; white-space: normal; visibility: visible;
}
.frame { background: var(--_ground); container: frame / inline-size; flex: 1; block-size: 100%; min-block-size: 0; display: flex; flex-direction: column; }
.boxed { padding: .75em 1em 0; border: 1px solid var(--_line); border-radius: .75em; }
.room { flex: 1; min-block-size: 0; display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); }
.talk { inline-size: 100%; max-inline-size: var(--archive-measure, 44em); margin-inline: auto; min-block-size: 0; display: flex; flex-direction: column; }
.turns { flex: 1; min-block-size: 0; overflow: auto; overscroll-behavior: contain; padding-inline: 1px; }

.start { padding-block: .5em 2em; }
.promise { color: var(--_soft); max-inline-size: 36em; }
.start ul { display: flex; flex-wrap: wrap; gap: .5em; }
.suggestion { padding-block: .625em; font-weight: 500; line-height: 1.35; border-radius: 1.375em; overflow-wrap: anywhere; }

.turn { padding-block: 0 2.5em; scroll-margin-block-start: 1em; }
.turn + .turn { border-block-start: 1px solid var(--_line); padding-block-start: 1.75em; }
h2 { font: 600 1.0625em/1.4 var(--_sans); text-wrap: balance; }
h3, .start h2 { font: 600 .875em/1.4 var(--_sans); color: var(--_soft); }
.start h2 { margin-block: 1.75em .5em; }
.turn > h2 { color: var(--_soft); display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 6; overflow: hidden; }
.answer { margin-block-start: .75em; }
.understood { margin-block-end: .625em; }
.reports { white-space: nowrap; margin-inline-end: .3em; color: var(--_soft); font: .625em/1 var(--_sans); }
.disagree { margin-block-start: 1.5em; }
.disagree ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(11em, 1fr)); gap: .75em; margin-block-start: .5em; }
.side { inline-size: 100%; block-size: 100%; padding: .75em 1em; font-weight: 400; }
.side > * { display: block; }
.side .value { font: 600 1.3125em/1.3 var(--_serif); overflow-wrap: anywhere; }
.side.lit { background: var(--_wash); border-color: var(--_accent); color: var(--_ink); }
.later { margin-block-start: 1.5em; }
.says { font: 1.3125em/1.6 var(--_serif); text-wrap: pretty; max-inline-size: 36em; }
.says:empty { display: none; }
.statement { animation: come .35s ease-out; border-radius: .15em; transition: background-color .12s; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.item { display: list-item; list-style: disc; margin-inline-start: 1.2em; }
.statement.lit { background: var(--_wash); box-shadow: 0 0 0 .15em var(--_wash); }
.marks { white-space: nowrap; }
.marks::before { content: "\\2060"; }
.mark {
  min-inline-size: 0; inline-size: 1.25em; block-size: 44px; margin-block: -22px; padding: 0; border: 0; vertical-align: middle; line-height: 1;
  text-align: center; color: var(--_accent);
}
.mark span {
  display: inline-block; min-inline-size: 1.65em; padding-inline: .4em; border-radius: 1em; background: color-mix(in srgb, var(--_accent) 12%, transparent);
  font: 600 .58em/1.65 var(--_sans); font-variant-numeric: tabular-nums; translate: 0 -.5em;
}
.mark:focus-visible { outline: 0; }
.mark:focus-visible span { outline: 3px solid var(--_accent); outline-offset: 2px; }
.mark:hover span, .mark:focus-visible span, .mark.lit span { background: var(--_accent); color: var(--_on-accent); }
@media (pointer: coarse) { .mark { inline-size: 44px; } }

.status { display: flex; align-items: center; gap: .75em; color: var(--_soft); min-block-size: 44px; }
.status::before { content: ""; flex: none; inline-size: .5em; block-size: .5em; border-radius: 50%; background: var(--_accent); animation: breathe 1.2s ease-in-out infinite; }

.sources { margin-block-start: 1.5em; border-block-start: 1px solid var(--_line); }
.sources:empty { display: none; }
.sources li { border-block-end: 1px solid var(--_line); }
.entry {
  display: block; inline-size: 100%; position: relative; padding: .75em .5em .75em 2.5em; border: 0; border-radius: 0; font-weight: 400; color: var(--_ink);
  padding-inline: 2.5em .5em; transition: background-color .12s;
}
.entry.lit { background: var(--_wash); color: var(--_ink); }
.entry > span { display: block; overflow-wrap: anywhere; }
.entry .number { position: absolute; inset-block-start: .875em; inset-inline-start: .5em; font: 600 .8125em/1.7 var(--_sans); color: var(--_accent); font-variant-numeric: tabular-nums; }
.title { font-weight: 600; line-height: 1.4; }
.entry .title, .card .title { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.entry:hover .title { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: .2em; }
.entry .about { margin-block-start: .125em; }

.actions { display: flex; flex-wrap: wrap; align-items: center; margin-block-start: .5em; }
.actions > .quiet:first-child { padding-inline-start: 0; text-align: start; }
.thumbs { display: flex; margin-inline-start: auto; }
.thumbs button { padding: 0; display: grid; place-items: center; }
.thumb { inline-size: 20px; block-size: 20px; background: currentColor; clip-path: path("M1 9h4v10H1zM6.500 9l4-8c1.800 0 2.700 1.200 2.400 2.800L12 7.500h5.500c1.200 0 2 1 1.700 2.200l-1.700 7.500c-.25 1.100-1.100 1.800-2.200 1.800H6.500z"); }
.thumb.down { rotate: 180deg; }
.thumbs [aria-pressed="true"] { color: var(--_accent); }
.comment { flex-basis: 100%; color: var(--_soft); font-size: .875em; text-align: end; }
.line { display: flex; gap: .5em; margin-block-start: .375em; }
input { min-block-size: 44px; min-inline-size: 0; padding: 0 .75em; border: 1px solid var(--_line); border-radius: .5em; background: var(--_paper); }
.line input { flex: 1; }

.kicker { font-weight: 600; color: var(--_accent); margin-block-end: .25em; }
.why { font: 1.3125em/1.5 var(--_serif); max-inline-size: 34em; text-wrap: pretty; }
.refusal h3 { margin-block: 1.75em .25em; }
.nearest { border-inline-start: 3px solid var(--_line); padding-inline-start: 1em; }
.nearest li { padding-block: 0 .625em; }
strong { font-weight: 700; }
.nearest .title { display: inline-flex; align-items: flex-end; min-block-size: 44px; }
.near { font: .9375em/1.55 var(--_serif); color: var(--_soft); max-inline-size: 40em; margin-block-start: .25em; }
.note { margin-block: 1em; padding: .75em 1em; border: 1px solid var(--_line); border-radius: .5em; display: flex; flex-wrap: wrap; gap: .5em 1em; align-items: center; justify-content: space-between; }
.note p { flex: 1 1 14em; }
.note [lang] { display: block; color: var(--_soft); font-size: .875em; }
.failed { border-color: var(--_grave); color: var(--_grave); }
.warning { margin-block-start: .625em; padding-inline-start: .75em; border-inline-start: 3px solid var(--_accent); font-size: .875em; }
.warning.grave { border-color: var(--_grave); color: var(--_grave); }

.card {
  position: fixed; inset: auto; margin: 0; inline-size: min(24em, 100vw - 16px); padding: .875em 1em; border: 1px solid var(--_line); border-radius: .625em;
  background: var(--_paper); box-shadow: 0 .5em 2em rgb(30 20 10 / .16); cursor: pointer; overflow: hidden;
}
.card:popover-open { animation: come .12s ease-out; }
.card blockquote { margin-block-start: .625em; font: 1em/1.55 var(--_serif); border-inline-start: 3px solid var(--_marked); padding-inline-start: .75em; }
.tap { margin-block-start: .625em; color: var(--_accent); font-size: .875em; font-weight: 600; }

.source { display: none; background: var(--_paper); }
.source[open] { display: block; position: fixed; inset: 0 0 0 auto; max-inline-size: none; max-block-size: none; block-size: 100dvh; inline-size: min(32em, 100vw); overflow: auto; overscroll-behavior: contain; box-shadow: 0 0 3em rgb(30 20 10 / .25); animation: come .15s ease-out; }
.source[open]:dir(rtl) { inset: 0 auto 0 0; }
.source::backdrop { background: rgb(20 15 10 / .35); }
.page { position: relative; padding: 1.25em 1.5em 1.5em; }
.page .shut { position: absolute; inset: .75em auto auto auto; inset-inline-end: .75em; }
.page > .title { font: 600 1.25em/1.3 var(--_serif); margin-inline-end: 2em; }
.page > .title:focus-visible { outline-width: 2px; outline-offset: 3px; }
.page .about { margin-block-start: .625em; }
.place { margin-block: 1.25em .25em; padding-block-start: 1em; border-block-start: 1px solid var(--_line); font-weight: 600; }
.passage { font: 1.0625em/1.65 var(--_serif); }
.paragraph { position: relative; padding: .5em 0; padding-inline-start: 2em; color: var(--_soft); }
.paragraph.cited { color: var(--_ink); }
.paragraph .number { position: absolute; inset-inline-start: 0; inset-block-start: .85em; font: .75em/1.65 var(--_sans); font-variant-numeric: tabular-nums; color: var(--_soft); }
.paragraph.cited .number { color: var(--_accent); font-weight: 700; }
.paragraph blockquote { font-style: italic; }
.passage h3, .passage > p, .passage > pre { padding-inline-start: 2em; margin-block: .75em .25em; white-space: normal; }
.passage > p, .passage > pre { font: .8125em/1.5 var(--_sans); padding-inline-start: 2.6em; color: var(--_soft); }
mark { background: var(--_marked); color: inherit; padding: .08em .1em; border-radius: .1em; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.ways { display: flex; flex-wrap: wrap; gap: 0 1.5em; margin-block-start: 1em; padding-block-start: .5em; border-block-start: 1px solid var(--_line); font-size: .9375em; }
.ways a { display: inline-flex; align-items: center; min-block-size: 44px; font-weight: 600; }
.outward::after { content: " \\2197" / ""; padding-inline-start: .25em; }
@container frame (min-width: 54em) {
  .reading .talk { margin-inline-start: 0; }
  .reading { grid-template-columns: minmax(0, 1fr) 27em; column-gap: 2.5em; }
  .reading .source[open] {
    position: sticky; inset: 1em 0 auto; block-size: auto; inline-size: auto; max-block-size: min(100%, var(--_tall, 100dvh - 2em)); align-self: start;
    border: 1px solid var(--_line); border-radius: .75em; box-shadow: none;
  }
}

form[part] { position: sticky; inset-block-end: 0; background: var(--_ground); padding-block: 2px max(.25em, env(safe-area-inset-bottom)); }
form[part]::before { content: ""; position: absolute; inset: auto 0 100%; block-size: 1em; background: linear-gradient(transparent, var(--_ground)); pointer-events: none; }
.box { display: flex; align-items: flex-end; gap: .5em; padding: .375em; background: var(--_paper); border: 1px solid color-mix(in srgb, var(--_soft) 55%, var(--_line)); border-radius: .875em; }
.box:has(textarea:focus-visible) { border-color: var(--_accent); box-shadow: 0 0 0 1px var(--_accent); }
textarea { flex: 1; min-inline-size: 0; min-block-size: 44px; max-block-size: 12em; resize: none; border: 0; padding: .5625em .75em; background: transparent; font-size: 1.0625em; }
textarea:focus-visible { outline: 0; }
textarea::placeholder, input::placeholder { color: var(--_soft); opacity: 1; }
.ask { background: var(--_accent); border-color: var(--_accent); color: var(--_on-accent); min-inline-size: 4.5em; text-align: center; }
.ask:hover { color: var(--_on-accent); filter: brightness(1.12); }
.under { display: flex; align-items: center; gap: .25em; min-block-size: 44px; }
.under .only { flex: 1; min-inline-size: 0; overflow-wrap: anywhere; }
.under .quiet:first-child { padding-inline-start: .25em; }
.under .quiet:last-child { padding-inline-end: .25em; margin-inline-start: auto; flex: none; }
.filters { display: grid; gap: .75em; padding: .75em .25em; max-block-size: 22em; overflow: auto; border-block-start: 1px solid var(--_line); }
.filters .quiet { justify-self: start; }
.dates { display: flex; flex-wrap: wrap; gap: .75em; }
.dates label { display: grid; gap: .25em; font-size: .875em; color: var(--_soft); flex: 1 1 9em; }
.dates input { color: var(--_ink); }
legend { font-size: .875em; color: var(--_soft); }
.outlets { display: flex; flex-wrap: wrap; gap: 0 1.25em; }
.outlets label { display: inline-flex; align-items: center; gap: .5em; min-block-size: 44px; overflow-wrap: anywhere; }
.outlets input { min-block-size: 0; inline-size: 1.125em; block-size: 1.125em; margin: 0; accent-color: var(--_accent); }

.launch { position: fixed; inset-block-end: 1.25em; inset-inline-end: 1.25em; z-index: 2147483000; padding-inline: 1.375em; border-radius: 2em; background: var(--_accent); border-color: var(--_accent); color: var(--_on-accent); font-weight: 600; box-shadow: 0 .25em 1em rgb(30 20 10 / .25); }
.launch:hover { color: var(--_on-accent); filter: brightness(1.12); }
.panel { display: none; }
.panel:is(:popover-open, :modal) {
  display: flex; position: fixed; inset: 0 0 0 auto; margin: 0; inline-size: min(30em, 100vw); block-size: 100dvh; max-inline-size: none; max-block-size: none; padding: 0 1.25em .5em;
  border: 0; border-inline-start: 1px solid var(--_line); box-shadow: 0 0 3em rgb(30 20 10 / .18); overflow: hidden; animation: come .15s ease-out;
}
.panel:dir(rtl):is(:popover-open, :modal) { inset: 0 auto 0 0; }
.panel > header { display: flex; align-items: center; justify-content: space-between; min-block-size: 3.75em; border-block-end: 1px solid var(--_line); margin-block-end: 1em; }
.panel > header h2 { font: 600 1.1875em/1.3 var(--_serif); }

@keyframes come { from { opacity: 0; } }
@keyframes breathe { 50% { opacity: .25; } }
@media (prefers-reduced-motion: reduce) { *, ::before { animation: none !important; transition: none !important; } }
@container frame (max-width: 30em) { .says, .why { font-size: 1.1875em; } .page { padding-inline: 1.125em; } }
@media (forced-colors: active) {
  .mark span, .ask, .launch, .card, .source { border: 1px solid; }
  .thumb { background: ButtonText; forced-color-adjust: none; }
  .thumbs [aria-pressed="true"] .thumb { background: Highlight; }
  .ask, .launch { forced-color-adjust: none; background: ButtonFace; color: ButtonText; border-color: ButtonText; }
  .lit { outline: 1px solid Highlight; }
}
`);
