#include "common/text/catalog_entries.h"

#include <iterator>

namespace cortado::text {

// Sorted by code within each group. Nobody's gender is known: German says "Person", "Ansprechperson" or "du", never
// "er", "sie", "Kollege". An apostrophe in a pattern is written as ’, since ' quotes.
const CatalogEntry kCatalog[] = {
    // Errors: what happened, then what to do.
    {"error.chat_cancelled", "This chat is cancelled already.", "Dieser Chat ist schon abgesagt."},
    {"error.outside_hours", "This is outside working hours or too soon. Please choose another time.",
     "Das liegt außerhalb der Arbeitszeit oder ist zu bald. Bitte wähle eine andere Zeit."},
    {"error.time_passed", "This time has passed. Please choose a later one.",
     "Diese Zeit ist vorbei. Bitte wähle eine spätere."},
    {"error.too_many_looks", "You have looked at these times often. Please wait a little.",
     "Du hast diese Zeiten oft angesehen. Bitte warte ein wenig."},
    {"error.asked_recently",
     "You asked this person not long ago. You can ask again {has_date, select, yes {from {date}} other {later}}.",
     "Du hast diese Person vor Kurzem gefragt. Du kannst {has_date, select, yes {ab {date}} other {später}} wieder "
     "fragen."},
    {"error.capacity_in_use", "More places are in use than that. End a match first.",
     "Es sind mehr Plätze belegt. Beende zuerst eine Verbindung."},
    {"error.chat_over", "This chat is already over or cancelled.", "Dieser Chat ist schon vorbei oder abgesagt."},
    {"error.slack_user_not_linked",
     "Your Slack account is not linked to you here. Ask for the link again, or ask HR whether your address is right.",
     "Dein Slack-Konto ist hier nicht mit dir verbunden. Fordere die Verbindung neu an, oder frag HR, ob deine Adresse "
     "stimmt."},
    {"error.consent_required", "This person decides about each chat. Send a request first.",
     "Diese Person entscheidet über jeden Chat selbst. Schick zuerst eine Anfrage."},
    {"error.deadline_exceeded", "This took too long. Please try again.",
     "Das hat zu lange gedauert. Bitte versuche es noch einmal."},
    {"error.etag_mismatch", "Someone changed this in the meantime. Load it again and repeat your change.",
     "Das wurde inzwischen geändert. Lade es neu und wiederhole deine Änderung."},
    {"error.already_exists", "This exists already: {field}.", "Das gibt es schon: {field}."},
    {"error.field_invalid", "Please check {field}: {problem}.", "Bitte prüfe {field}: {problem}."},
    {"error.in_use", "This is still in use and cannot be deleted.",
     "Das wird noch verwendet und kann nicht gelöscht werden."},
    {"error.internal", "Something went wrong on our side. Please try again.",
     "Bei uns ist etwas schiefgegangen. Bitte versuche es noch einmal."},
    {"error.loading", "We are still loading your organisation. Please try again in a few seconds.",
     "Deine Organisation wird noch geladen. Bitte versuche es in ein paar Sekunden noch einmal."},
    {"error.malformed_request", "The request could not be read. Please update the program that sent it.",
     "Die Anfrage war nicht lesbar. Bitte aktualisiere das Programm, das sie geschickt hat."},
    {"error.no_place_left", "All places are taken at the moment. Here are other people who fit.",
     "Im Moment sind alle Plätze vergeben. Hier sind andere Personen, die passen."},
    {"error.not_available", "This is not possible at the moment. Here is the next suggestion.",
     "Das ist im Moment nicht möglich. Hier ist der nächste Vorschlag."},
    {"error.not_found", "This does not exist, or not any more.", "Das gibt es nicht oder nicht mehr."},
    {"error.not_open", "This request is no longer open.", "Diese Anfrage ist nicht mehr offen."},
    {"error.permission_denied", "You do not have the right to do this.", "Dafür fehlt dir die Berechtigung."},
    {"error.request_id_reused", "This was already sent with other content. Please send it again as a new request.",
     "Das wurde schon mit anderem Inhalt gesendet. Bitte sende es als neue Anfrage."},
    {"error.request_pending", "There is already an open request between you. Wait for the answer or withdraw it.",
     "Zwischen euch gibt es schon eine offene Anfrage. Warte auf die Antwort oder zieh sie zurück."},
    {"error.resync_required", "The list is out of date. Please load it again.",
     "Die Liste ist veraltet. Bitte lade sie neu."},
    {"error.slot_taken",
     "This time was just taken. {has_times, select, yes {Still free: {times}.} other {Please choose another one.}}",
     "Diese Zeit wurde gerade vergeben. {has_times, select, yes {Noch frei: {times}.} other {Bitte wähle eine "
     "andere.}}"},
    {"error.rate_limited", "That was too much at once. Please wait a moment, then try again.",
     "Das war zu viel auf einmal. Bitte warte einen Moment und versuche es dann noch einmal."},
    {"error.too_many_in_flight", "Cortado is very busy. Please wait a moment, then try again.",
     "Cortado ist gerade stark ausgelastet. Bitte warte einen Moment und versuche es dann noch einmal."},
    {"error.too_large", "This is too large. Please send less at once.",
     "Das ist zu groß. Bitte sende weniger auf einmal."},
    {"error.too_many_requests",
     "You have {limit, plural, one {# open request} other {# open requests}}, which is the limit. Wait for an answer "
     "or withdraw one.",
     "Du hast {limit, plural, one {# offene Anfrage} other {# offene Anfragen}}, mehr geht nicht. Warte auf eine "
     "Antwort oder zieh eine zurück."},
    {"error.unauthenticated", "Please sign in again.", "Bitte melde dich neu an."},
    {"error.unavailable", "Cortado cannot answer right now. Please try again in a moment; nothing is done twice.",
     "Cortado kann gerade nicht antworten. Bitte versuche es gleich noch einmal; nichts geschieht doppelt."},
    {"error.weekly_minutes_spent",
     "Your time for chats in that week is used up. Choose another week or allow more minutes.",
     "Deine Zeit für Chats in dieser Woche ist verbraucht. Wähle eine andere Woche oder erlaube mehr Minuten."},

    // Errors of asking and answering.
    {"error.already_matched", "You are matched with this person already. You can book a chat.",
     "Ihr seid schon verbunden. Du kannst einen Chat buchen."},
    {"error.match_ended", "This match has ended. To go on, send a new request.",
     "Diese Verbindung ist beendet. Wenn es weitergehen soll, schick eine neue Anfrage."},
    {"error.no_question", "No question waits for your reply. Please wait for the answer.",
     "Keine Frage wartet auf dich. Bitte warte auf die Antwort."},
    {"error.not_offered", "This person does not mentor at the moment. Please choose another suggestion.",
     "Diese Person bietet das im Moment nicht an. Bitte wähle einen anderen Vorschlag."},
    {"error.own_line", "This person is in your own reporting line. If you mean it, say so and ask again.",
     "Diese Person gehört zu deiner eigenen Führungslinie. Wenn du das willst, bestätige es und frag noch einmal."},
    {"error.question_pending", "Your last question waits for a reply. Wait for it, or answer the request.",
     "Deine letzte Frage wartet noch auf eine Antwort. Warte darauf, oder beantworte die Anfrage."},
    {"error.request_answered", "This request is no longer open. Look at it again to see what became of it.",
     "Diese Anfrage ist nicht mehr offen. Sieh sie dir noch einmal an, um zu sehen, was daraus wurde."},
    {"error.request_self", "You cannot ask yourself. Please choose another person.",
     "Du kannst dich nicht selbst fragen. Bitte wähle eine andere Person."},
    {"error.too_many_questions", "You have asked five questions. Now say yes, no, or not now.",
     "Du hast fünf Fragen gestellt. Sag jetzt Ja, Nein oder „nicht jetzt“."},

    // What became of the time that was chosen with a yes, said to whoever chose it.
    {"match.booking_later", "You are matched. The chat is being booked; the invitation follows.",
     "Ihr seid verbunden. Der Chat wird gerade gebucht; die Einladung folgt."},
    {"match.time_taken", "You are matched, but that time is no longer free. Please choose another one.",
     "Ihr seid verbunden, aber diese Zeit ist nicht mehr frei. Bitte wähle eine andere."},

    // Why somebody is suggested, said to the asker.
    {"reason.common_hours",
     "{hours, plural, =0 {You share no working hours.} one {You share # working hour a day.} other {You share # "
     "working hours a day.}}",
     "{hours, plural, =0 {Ihr habt keine gemeinsamen Arbeitszeiten.} one {Ihr habt # gemeinsame Arbeitsstunde am Tag.} "
     "other {Ihr habt # gemeinsame Arbeitsstunden am Tag.}}"},
    {"reason.deepening", "Has gone further in what you want to deepen: {skills}.",
     "Ist weiter in dem, was du vertiefen willst: {skills}."},
    {"reason.elsewhere", "Works elsewhere: {department}{has_site, select, yes {, {site}} other {}}.",
     "Arbeitet woanders: {department}{has_site, select, yes {, {site}} other {}}."},
    {"reason.gap_covered", "Has {count, plural, one {a skill} other {# skills}} you are looking for: {skills}.",
     "Kann etwas, das du suchst: {skills}{count, plural, one {} other { (# Fähigkeiten)}}."},
    {"reason.headroom", "Has time: few others are asking at the moment.",
     "Hat Zeit: Im Moment fragen nur wenige andere."},
    {"reason.interests", "You are both interested in {interests}.", "Ihr interessiert euch beide für {interests}."},
    {"reason.journey",
     "Was once where you are now ({past}){has_present, select, yes { and is today {present}} other {}}.",
     "War einmal da, wo du jetzt bist ({past}){has_present, select, yes {, und ist heute {present}} other {}}."},
    {"reason.motives", "Wanted something similar: {motives}.", "Wollte etwas Ähnliches: {motives}."},
    {"reason.unknown", "Not known yet: {term}.", "Noch nicht bekannt: {term}."},

    // What a term of the score is called.
    {"term.common_hours", "common working hours", "gemeinsame Arbeitszeiten"},
    {"term.deepening", "skills to deepen", "Fähigkeiten zum Vertiefen"},
    {"term.elsewhere", "elsewhere in the organisation", "woanders in der Organisation"},
    {"term.gap_covered", "skills you are looking for", "gesuchte Fähigkeiten"},
    {"term.headroom", "time for others", "Zeit für andere"},
    {"term.interests", "shared interests", "gemeinsame Interessen"},
    {"term.journey", "a similar path", "ein ähnlicher Weg"},
    {"term.motives", "similar motives", "ähnliche Beweggründe"},

    // How well somebody fits; never a number.
    {"strength.one", "One thing in common", "Eine Gemeinsamkeit"},
    {"strength.some", "Some things in common", "Einige Gemeinsamkeiten"},
    {"strength.strong", "A strong fit", "Passt sehr gut"},

    // What is said around a list of suggestions.
    {"suggest.missing_skills", "What is still missing: {skills}.", "Was noch fehlt: {skills}."},
    {"suggest.more_would_fit",
     "{count, plural, =0 {Nobody else would fit.} one {# more person would fit and has not joined yet.} other {# more "
     "people would fit and have not joined yet.}}",
     "{count, plural, =0 {Sonst würde niemand passen.} one {# weitere Person würde passen und ist noch nicht dabei.} "
     "other {# weitere Personen würden passen und sind noch nicht dabei.}}"},
    {"suggest.nobody_matches_well", "Nobody matches well at the moment. These come nearest.",
     "Im Moment passt niemand richtig gut. Diese Personen kommen am nächsten."},
    {"suggest.nothing_to_go_by",
     "There is nothing to go by yet. Add a destination, a skill you want, or your interests.",
     "Es gibt noch keinen Anhaltspunkt. Ergänze ein Ziel, eine Fähigkeit, die du suchst, oder deine Interessen."},

    // Chats and their invitations.
    {"chat.cancelled_title", "Cancelled: coffee chat with {name}", "Abgesagt: Kaffee mit {name}"},
    {"chat.description", "{has_topic, select, yes {You want to talk about {topic}. } other {}}Arranged by Cortado.",
     "{has_topic, select, yes {Ihr wollt über {topic} sprechen. } other {}}Vereinbart mit Cortado."},
    {"chat.group_title", "Coffee chat: {names}", "Kaffee: {names}"},
    {"chat.time", "{day}, {start}–{end} ({zone})", "{day}, {start}–{end} Uhr ({zone})"},
    {"chat.title", "Coffee chat with {name}", "Kaffee mit {name}"},

    // When no time suits everybody: what to drop.
    {"times.fewer_people", "No time suits everybody. Without {name} there would be one.",
     "Keine Zeit passt allen. Ohne {name} gäbe es eine."},
    {"times.longer_search", "No time suits everybody so soon. Within {weeks} weeks there is one.",
     "So bald passt keine Zeit allen. Innerhalb von {weeks} Wochen gibt es eine."},
    {"times.none", "No time suits everybody.", "Keine Zeit passt allen."},
    {"times.shorter_chat", "No time suits everybody. {minutes} minutes would fit.",
     "Keine Zeit passt allen. {minutes} Minuten würden passen."},
};

const size_t kCatalogSize = std::size(kCatalog);

}  // namespace cortado::text
