// Who am I, and whom should I meet? Asks Cortado as the person whose token is in CORTADO_TOKEN.
import { accessToken, type CortadoError, connect, getSuggestions, isReason, type SuggestionCard } from '@cortado/api';

const { CORTADO_ADDRESS = '', CORTADO_TOKEN = '', LANG = 'en' } = process.env;

function show(line: string): void {
  process.stdout.write(`${line}\n`);
}

function showCard({ suggestion, strength, reasons, hasOpenDoor, times }: SuggestionCard): void {
  show(`\n${suggestion.person?.displayName}, ${suggestion.person?.title}: ${strength}`);
  for (const reason of reasons) show(`  - ${reason}`);
  if (hasOpenDoor && times.ok) for (const time of times.value) show(`  free: ${time.localStarts[0]?.text}`);
}

/** What the server says to the person, and to the developer. */
function explain({ userMessage, reason, message }: CortadoError): string {
  return `${userMessage}\n(${reason}: ${message})`;
}

const cortado = connect(CORTADO_ADDRESS, { language: LANG });
const me = cortado.as(accessToken(CORTADO_TOKEN));
try {
  const { displayName, title, timeZone } = await me.profile.getPerson({ name: await me.person() });
  show(`You are ${displayName}, ${title}, in ${timeZone}.`);
  const { cards, note } = await getSuggestions(me);
  if (note !== '') show(note);
  cards.forEach(showCard);
} catch (thrown) {
  if (!isReason(thrown)) throw thrown;
  process.stderr.write(`${explain(thrown)}\n`);
  process.exitCode = 1;
} finally {
  cortado.close();
}
