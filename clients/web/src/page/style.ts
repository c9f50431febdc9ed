/** What the pages look like. One sheet, from this server alone: the pages’ security policy allows nothing else. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f5efe6;
  --glow: #fbf7f0;
  --card: #fffdf9;
  --ink: #2a1c13;
  --soft: #6a5546;
  --line: #e4d7c6;
  --field: #8d7663;
  --accent: #7b4424;
  --accent-strong: #5f3218;
  --on-accent: #fffaf3;
  --tint: #f4e7d8;
  --warn: #fbeedb;
  --warn-line: #c98a3c;
  --shadow: 0 1px 2px rgb(68 40 20 / 6%), 0 12px 32px -12px rgb(68 40 20 / 18%);
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", "URW Palladio L", P052, Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, "Helvetica Neue", Arial, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15100c;
    --glow: #1d1610;
    --card: #221a14;
    --ink: #f4eae0;
    --soft: #c5b3a3;
    --line: #3b2e25;
    --field: #937c6a;
    --accent: #e3ac7d;
    --accent-strong: #f0c39b;
    --on-accent: #24150b;
    --tint: #31241a;
    --warn: #36281a;
    --warn-line: #c98a3c;
    --shadow: 0 1px 2px rgb(0 0 0 / 30%), 0 12px 32px -12px rgb(0 0 0 / 60%);
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column;
  background: var(--ground) radial-gradient(70rem 34rem at 50% -14rem, var(--glow), transparent) no-repeat;
  color: var(--ink); font: 1.0625rem/1.6 var(--sans);
}
header, main, footer { width: 100%; max-width: 43rem; margin: 0 auto; padding-inline: 1.25rem; }
header { display: flex; align-items: center; justify-content: space-between; padding-block: 1.5rem 1rem; }
main { flex: 1; padding-block: 1.25rem 2.5rem; }
footer { padding-block: 1.25rem 2.5rem; color: var(--soft); font-size: .9375rem; }
footer p { margin: 0 0 .35rem; }
h1, h2, h3, p, ul, ol, dl, dd, fieldset, blockquote, figure { margin: 0; padding: 0; border: 0; }
h1 { font: 600 clamp(1.75rem, 1.35rem + 2vw, 2.4rem)/1.2 var(--serif); letter-spacing: -.012em; text-wrap: balance; }
h2 { font: 600 1.3125rem/1.3 var(--serif); letter-spacing: -.005em; }
h3 { font: 600 1.1875rem/1.3 var(--serif); }
h3 + .quiet { margin-top: .4rem; }
h1, h2, h3, p, li, dt, dd, figcaption, legend, summary, label, button { overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:hover { color: var(--accent-strong); text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: .4rem; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
.brand { display: inline-flex; align-items: center; gap: .6rem; font: 600 1.25rem/1 var(--serif); color: var(--ink); }
.brand svg { width: 1.9rem; height: 1.9rem; margin-left: -.4rem; }
.glass { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.milk { fill: var(--tint); stroke: none; }
.coffee { fill: var(--accent); stroke: none; }
.languages { display: flex; gap: .25rem; list-style: none; font-size: .9375rem; }
.languages a, .languages span { display: inline-block; padding: .5rem .7rem; border-radius: .6rem; }
.languages span { background: var(--tint); font-weight: 600; }
.lead { margin-top: .9rem; font-size: 1.1875rem; color: var(--soft); text-wrap: pretty; }
.card {
  margin-top: 1.5rem; padding: 1.75rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 1.25rem; box-shadow: var(--shadow);
}
.person { display: flex; align-items: center; gap: 1rem; }
.face {
  flex: none; display: grid; place-items: center; width: 3.5rem; height: 3.5rem; border-radius: 50%;
  background: var(--accent); color: var(--on-accent); font: 600 1.25rem/1 var(--serif); letter-spacing: .02em;
}
.person .name { font: 600 1.1875rem/1.3 var(--serif); }
.person p { line-height: 1.4; }
.quiet { color: var(--soft); font-size: .9688rem; }
.said { margin-top: 1.4rem; padding: 1.1rem 1.3rem; background: var(--tint); border-radius: .3rem 1.1rem 1.1rem 1.1rem; }
.said p { white-space: pre-wrap; font-size: 1.125rem; }
.said.mine { margin-left: 1.75rem; border-radius: 1.1rem .3rem 1.1rem 1.1rem; background: none; border: 1px solid var(--line); }
.said figcaption { font-size: .875rem; color: var(--soft); margin-bottom: .2rem; }
.until, .below { margin-top: 1.4rem; padding-top: 1.2rem; border-top: 1px solid var(--line); }
.until { color: var(--soft); font-size: .9688rem; }
.answers { margin-top: 2.25rem; }
fieldset { min-width: 0; margin-top: 1.1rem; }
legend { padding: 0; color: var(--soft); margin-bottom: .6rem; }
.options { display: grid; gap: .6rem; }
.option {
  display: flex; align-items: flex-start; gap: .85rem; padding: .85rem 1.1rem; cursor: pointer;
  border: 1px solid var(--line); border-radius: .9rem; background: var(--card);
}
.option:hover { border-color: var(--field); }
.option:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); background: var(--tint); }
.option:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
.option input:focus-visible { outline: none; }
.option strong { display: block; font-weight: 600; }
input[type="radio"] { flex: none; width: 1.2rem; height: 1.2rem; margin: .22rem 0 0; accent-color: var(--accent); }
.other { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 100%), 1fr)); gap: .9rem; padding: .35rem 1.1rem .6rem 3.15rem; }
.other p { grid-column: 1 / -1; }
@supports selector(:has(a)) { .options:not(:has(.own:checked)) .other { display: none; } }
.field { display: grid; grid-template-columns: minmax(0, 1fr); gap: .4rem; margin-top: 1.1rem; }
.other .field { margin-top: 0; }
.field label { font-weight: 600; }
textarea, input[type="date"], input[type="time"] {
  width: 100%; min-width: 0; min-height: 3rem; padding: .65rem .85rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--field); border-radius: .7rem;
}
textarea { min-height: 7rem; resize: vertical; }
textarea:focus-visible, input:focus-visible { outline-offset: 1px; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: .9rem 1.4rem; margin-top: 1.5rem; }
button, .button {
  display: inline-block; min-height: 3.1rem; padding: .7rem 1.7rem; font: 600 1.0625rem/1.5 var(--sans); cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 99rem; text-decoration: none;
}
button:hover, .button:hover { background: var(--accent-strong); border-color: var(--accent-strong); color: var(--on-accent); }
button:focus-visible, .button:focus-visible { border-radius: 99rem; }
.second { background: none; color: var(--accent); border-color: var(--field); }
.second:hover { background: var(--tint); color: var(--accent-strong); border-color: var(--accent); }
.times { display: grid; gap: .6rem; margin-top: 1.1rem; }
.times button { width: 100%; padding: .85rem 1.1rem; border-radius: .9rem; text-align: start; }
.times button:focus-visible { border-radius: .9rem; }
.times span { display: block; font-weight: 400; font-size: .9688rem; }
.or { margin-top: 2.25rem; }
.others { margin-top: 1.1rem; border: 1px solid var(--line); border-radius: 1.25rem; background: var(--card); overflow: hidden; }
details + details { border-top: 1px solid var(--line); }
summary {
  display: flex; align-items: center; gap: .9rem; padding: 1.05rem 1.75rem; cursor: pointer; list-style: none;
  font-weight: 600;
}
summary::-webkit-details-marker { display: none; }
summary::after {
  content: ""; flex: none; width: .55rem; height: .55rem; margin: 0 .2rem .25rem auto;
  border: solid var(--soft); border-width: 0 2px 2px 0; transform: rotate(45deg);
}
details[open] > summary::after { transform: rotate(-135deg); margin-bottom: -.25rem; }
summary:hover { background: var(--tint); }
summary:focus-visible { outline-offset: -4px; border-radius: 1.25rem; }
.inside { padding: 0 1.75rem 1.75rem; }
.notice { margin-top: 1.5rem; padding: 1rem 1.3rem; background: var(--warn); border-left: 4px solid var(--warn-line); border-radius: .6rem; }
.steps { margin-top: 1.1rem; display: grid; gap: .65rem; list-style: none; }
.steps li { position: relative; padding-left: 1.6rem; }
.steps li::before {
  content: ""; position: absolute; left: .45rem; top: .55em; width: .5rem; height: .5rem; border-radius: 50%; background: var(--accent);
}
.steps + .actions, .steps + form .actions { margin-top: 1.75rem; }
.facts { display: grid; gap: 1rem; margin-top: 1.25rem; }
.facts dt { color: var(--soft); font-size: .9375rem; }
.facts dd { font-size: 1.125rem; }
.facts .words { white-space: pre-wrap; }
.facts .quiet { display: block; font-size: .9688rem; }
.mark { display: block; width: 4.5rem; height: 4.5rem; margin: 0 0 1.25rem -.6rem; }
.card > h2:first-child, .card > .person:first-child { margin-top: 0; }
@media (max-width: 30rem) {
  body { font-size: 1rem; }
  header { padding-block: 1rem .5rem; }
  .card, .others { margin-inline: -.35rem; }
  .card { padding: 1.25rem; }
  summary { padding-inline: 1.25rem; }
  .inside { padding: 0 1.25rem 1.25rem; }
  .other { padding-left: 1.1rem; }
  button, .button { width: 100%; text-align: center; }
  .times button { text-align: start; }
  .actions { gap: .8rem; }
  .said.mine { margin-left: .75rem; }
}
@media (forced-colors: active) { .option:has(:checked) { outline: 3px solid Highlight; } .face { border: 1px solid; } }
@media print { .answers, .languages { display: none; } }
`;

/** The sign of Cortado: a small glass, half coffee and half milk. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#f1dfca" d="M8 10h16l-1 8H9z"/><path
 fill="#7b4424" d="M9 18h14l-1 8.500q-.2 1.500-1.700 1.500h-8.600q-1.500 0-1.700-1.500z"/><path fill="none" stroke="#7b4424"
 stroke-width="2" stroke-linejoin="round" d="M6.500 5h19l-2.600 21.500q-.2 2-2.200 2h-9.400q-2 0-2.200-2z"/></svg>`;
