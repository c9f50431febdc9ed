#include "common/text/catalog_entries.h"

#include <iterator>

namespace cortado::text {

// Sorted by code within each group. Nobody's gender is known: German says "Person", "Ansprechperson" or "du", never
// "er", "sie", "Kollege". An apostrophe in a pattern is written as ’, since ' quotes.
const CatalogEntry kCatalog[] = {
    // Errors: what happened, then what to do. One for each reason of the protos; what its metadata names is a
    // parameter.
    {"error.access_denied", "You do not have the right to do this. Ask HR if you should.",
     "Dafür fehlt dir die Berechtigung. Frag HR, falls du sie brauchst."},
    {"error.address_refused",
     "We may not send anything to this address. Give one that starts with https:// and is reachable on the internet.",
     "An diese Adresse dürfen wir nichts schicken. Gib eine an, die mit https:// beginnt und im Internet erreichbar "
     "ist."},
    {"error.already_matched", "The two of you are matched already. You can book your next chat.",
     "Ihr seid schon verbunden. Ihr könnt euren nächsten Chat buchen."},
    {"error.already_taken", "This name is taken already. Choose another one, or use what is there.",
     "Den Namen gibt es schon. Wähle einen anderen oder nimm, was da ist."},
    {"error.asked_recently",
     "You asked this person not long ago. You can ask again {has_date, select, yes {from {date}} other {later}}.",
     "Du hast diese Person vor Kurzem gefragt. Du kannst {has_date, select, yes {ab {date}} other {später}} wieder "
     "fragen."},
    {"error.block_self", "You cannot block yourself.", "Dich selbst kannst du nicht sperren."},
    {"error.cancelled", "This was interrupted. Please try again; nothing is done twice.",
     "Das wurde unterbrochen. Bitte versuche es noch einmal; nichts geschieht doppelt."},
    {"error.chat_cancelled", "This chat is cancelled already.", "Dieser Chat ist schon abgesagt."},
    {"error.consent_required", "This person decides about each chat. Send a request first.",
     "Diese Person entscheidet über jeden Chat selbst. Schick zuerst eine Anfrage."},
    {"error.deadline_exceeded", "This took too long. Please try again.",
     "Das hat zu lange gedauert. Bitte versuche es noch einmal."},
    {"error.etag_mismatch", "Someone changed this in the meantime. Load it again and repeat your change.",
     "Das wurde inzwischen geändert. Lade es neu und wiederhole deine Änderung."},
    {"error.field_invalid", "Please check {field}: {problem}.", "Bitte prüfe {field}: {problem}."},
    {"error.internal", "Something went wrong on our side. Please try again.",
     "Bei uns ist etwas schiefgegangen. Bitte versuche es noch einmal."},
    {"error.last_admin", "Nobody would be left who may give access. Give it to somebody else first.",
     "Dann könnte niemand mehr Rechte vergeben. Gib sie zuerst jemand anderem."},
    {"error.loading", "We are still loading your organisation. Please try again in a few seconds.",
     "Deine Organisation wird noch geladen. Bitte versuche es in ein paar Sekunden noch einmal."},
    {"error.malformed_request", "The request could not be read. Please update the program that sent it.",
     "Die Anfrage war nicht lesbar. Bitte aktualisiere das Programm, das sie geschickt hat."},
    {"error.manager_cycle", "This would make somebody their own manager. Please check the reporting lines.",
     "Damit wäre jemand sich selbst unterstellt. Bitte prüfe die Berichtslinien."},
    {"error.manager_unknown", "This manager is not known here. Add that person first, or check the id.",
     "Diese Führungskraft ist hier nicht bekannt. Lege die Person zuerst an oder prüfe die Kennung."},
    {"error.no_place_left", "All places are taken at the moment. Here are other people who fit.",
     "Im Moment sind alle Plätze vergeben. Hier sind andere Personen, die passen."},
    {"error.not_available", "This is not possible at the moment. Here is the next suggestion.",
     "Das ist im Moment nicht möglich. Hier ist der nächste Vorschlag."},
    {"error.not_offered", "This person does not mentor at the moment. Have a look at the other suggestions.",
     "Diese Person bietet gerade kein Mentoring an. Sieh dir die anderen Vorschläge an."},
    {"error.outside_hours",
     "This is outside working hours or too soon. {has_times_text, select, yes {Free instead: {times_text}.} other "
     "{Please choose another time.}}",
     "Das liegt außerhalb der Arbeitszeit oder ist zu bald. {has_times_text, select, yes {Stattdessen frei: "
     "{times_text}.} other {Bitte wähle eine andere Zeit.}}"},
    {"error.own_line", "This person is in your own reporting line. If you want to ask all the same, say so.",
     "Diese Person gehört zu deiner eigenen Berichtslinie. Wenn du trotzdem fragen willst, sag es dazu."},
    {"error.page_token_invalid", "This list has changed. Please load it again from the start.",
     "Diese Liste hat sich geändert. Bitte lade sie von vorn."},
    {"error.rate_limited", "That was too much at once. Please wait a moment, then try again.",
     "Das war zu viel auf einmal. Bitte warte einen Moment und versuche es dann noch einmal."},
    {"error.request_answered", "This request is no longer open. Look at your requests to see where it stands.",
     "Diese Anfrage ist nicht mehr offen. Sieh in deinen Anfragen nach, wo sie steht."},
    {"error.request_id_reused", "This was already sent with other content. Please send it again as a new request.",
     "Das wurde schon mit anderem Inhalt gesendet. Bitte sende es als neue Anfrage."},
    {"error.request_pending", "There is already an open request between you. Wait for the answer or withdraw it.",
     "Zwischen euch gibt es schon eine offene Anfrage. Warte auf die Antwort oder zieh sie zurück."},
    {"error.request_self", "You cannot ask yourself. Choose somebody else.",
     "Dich selbst kannst du nicht fragen. Wähle eine andere Person."},
    {"error.request_too_large", "This is too large. Please send less at once.",
     "Das ist zu groß. Bitte sende weniger auf einmal."},
    {"error.resource_not_found", "This does not exist, or not any more.", "Das gibt es nicht oder nicht mehr."},
    {"error.resync_required", "The list is out of date. Please load it again.",
     "Die Liste ist veraltet. Bitte lade sie neu."},
    {"error.skill_ambiguous", "This name fits several skills. Choose one of them: {skills}.",
     "Der Name passt zu mehreren Fähigkeiten. Wähle eine davon: {skills}."},
    {"error.skill_unknown", "We do not know this skill.{has_nearest, select, yes { Did you mean {nearest}?} other {}}",
     "Diese Fähigkeit kennen wir nicht.{has_nearest, select, yes { Meinst du {nearest}?} other {}}"},
    {"error.slack_user_not_linked",
     "Your Slack account is not linked to you here. Ask for the link again, or ask HR whether your address is right.",
     "Dein Slack-Konto ist hier nicht mit dir verbunden. Fordere die Verbindung neu an, oder frag HR, ob deine Adresse "
     "stimmt."},
    {"error.slot_taken",
     "This time was just taken. {has_times_text, select, yes {Still free: {times_text}.} other {Please choose another "
     "one.}}",
     "Diese Zeit wurde gerade vergeben. {has_times_text, select, yes {Noch frei: {times_text}.} other {Bitte wähle "
     "eine "
     "andere.}}"},
    {"error.time_passed", "This time has passed. Please choose a later one.",
     "Diese Zeit ist vorbei. Bitte wähle eine spätere."},
    {"error.token_invalid", "Please sign in again.", "Bitte melde dich neu an."},
    {"error.too_many_in_flight", "Cortado is very busy. Please wait a moment, then try again.",
     "Cortado ist gerade stark ausgelastet. Bitte warte einen Moment und versuche es dann noch einmal."},
    {"error.too_many_looks", "You have looked at these times often. Please wait a little.",
     "Du hast diese Zeiten oft angesehen. Bitte warte ein wenig."},
    {"error.too_many_requests",
     "You have {limit, plural, one {# open request} other {# open requests}}, which is the limit. Wait for an answer "
     "or withdraw one.",
     "Du hast {limit, plural, one {# offene Anfrage} other {# offene Anfragen}}, mehr geht nicht. Warte auf eine "
     "Antwort oder zieh eine zurück."},
    {"error.too_many_webhooks", "There are 20 webhooks already. Delete one that you no longer need.",
     "Es gibt schon 20 Webhooks. Lösche einen, den ihr nicht mehr braucht."},
    {"error.try_again", "Cortado cannot answer right now. Please try again in a moment; nothing is done twice.",
     "Cortado kann gerade nicht antworten. Bitte versuche es gleich noch einmal; nichts geschieht doppelt."},
    {"error.weekly_minutes_spent",
     "Your time for chats in that week is used up. Choose another week or allow more minutes.",
     "Deine Zeit für Chats in dieser Woche ist verbraucht. Wähle eine andere Woche oder erlaube mehr Minuten."},

    // Errors of asking and answering.
    {"error.match_ended", "This match has ended. To go on, send a new request.",
     "Diese Verbindung ist beendet. Wenn es weitergehen soll, schick eine neue Anfrage."},
    {"error.no_question", "No question waits for your reply. Please wait for the answer.",
     "Keine Frage wartet auf dich. Bitte warte auf die Antwort."},
    {"error.question_pending", "Your last question waits for a reply. Wait for it, or answer the request.",
     "Deine letzte Frage wartet noch auf eine Antwort. Warte darauf, oder beantworte die Anfrage."},
    {"error.too_many_questions", "You have asked five questions. Now say yes, no, or not now.",
     "Du hast fünf Fragen gestellt. Sag jetzt Ja, Nein oder „nicht jetzt“."},

    // What became of the time that was chosen with a yes, said to whoever chose it.
    {"match.booking_later", "You are matched. The chat is being booked; the invitation follows.",
     "Ihr seid verbunden. Der Chat wird gerade gebucht; die Einladung folgt."},
    {"match.time_taken", "You are matched, but that time is no longer free. Please choose another one.",
     "Ihr seid verbunden, aber diese Zeit ist nicht mehr frei. Bitte wähle eine andere."},
    // What a notification says; {name} is the other one.
    {"notification.request_received", "{name} would like to have a coffee chat with you.",
     "{name} möchte sich mit dir auf einen Kaffee treffen."},
    {"notification.request_accepted", "{name} said yes. The two of you can book chats now.",
     "{name} hat zugesagt. Ihr könnt jetzt Chats buchen."},
    {"notification.request_closed",
     "It does not work out with {name} this time. Have a look at your other suggestions.",
     "Mit {name} klappt es diesmal nicht. Sieh dir deine anderen Vorschläge an."},
    {"notification.request_moved_on", "It did not work out this time, so we asked {name}, your next choice.",
     "Diesmal hat es nicht geklappt, deshalb haben wir {name} gefragt, deine nächste Wahl."},
    {"notification.details_asked", "{name} would like to know a little more before answering.",
     "{name} möchte vor der Antwort noch etwas mehr wissen."},
    {"notification.details_given", "{name} answered your question.", "{name} hat deine Frage beantwortet."},
    {"notification.request_postponed",
     "{name} cannot do it now and will come back to your request {has_date, select, yes {on {date}} other {later}}. If "
     "you "
     "would rather not wait, withdraw it and ask somebody else.",
     "{name} kann gerade nicht und kommt {has_date, select, yes {am {date}} other {später}} auf deine Anfrage zurück. "
     "Wenn "
     "du nicht warten magst, zieh sie zurück und frag jemand anderen."},
    {"notification.request_reopened", "You wanted to come back to the request of {name}: today is the day.",
     "Du wolltest auf die Anfrage von {name} zurückkommen: Heute ist der Tag."},
    {"notification.request_withdrawn", "{name} took the request back. There is nothing left for you to do.",
     "{name} hat die Anfrage zurückgezogen. Du brauchst nichts mehr zu tun."},
    {"notification.match_ended", "Your match with {name} has ended. Thank you for the time you took for each other.",
     "Deine Verbindung mit {name} ist beendet. Danke für die Zeit, die ihr euch genommen habt."},
    {"notification.chat_booked", "Your chat with {name} is booked{has_when, select, yes {: {when}} other {}}.",
     "Dein Chat mit {name} ist gebucht{has_when, select, yes {: {when}} other {}}."},
    {"notification.chat_moved", "Your chat with {name} has a new time{has_when, select, yes {: {when}} other {}}.",
     "Dein Chat mit {name} hat eine neue Zeit{has_when, select, yes {: {when}} other {}}."},
    {"notification.chat_cancelled",
     "Your chat with {name} is cancelled{has_when, select, yes { ({when})} other {}}. The time is yours again.",
     "Dein Chat mit {name} ist abgesagt{has_when, select, yes { ({when})} other {}}. Die Zeit gehört wieder dir."},
    {"notification.time_taken",
     "You and {name} are matched, but the time you chose is no longer free. Please find another one.",
     "Du und {name} seid verbunden, aber die gewählte Zeit ist nicht mehr frei. Bitte sucht eine andere."},
    {"notification.somebody", "somebody", "jemand"},

    // Mail around it.
    {"mail.greeting", "Hello {name},", "Hallo {name},"},
    {"mail.footer",
     "Cortado sent you this because you take part. Whether it comes by mail or Slack, at once or once a day, is up to "
     "you: "
     "change it in your settings.",
     "Cortado schickt dir das, weil du mitmachst. Ob per Mail oder Slack, sofort oder einmal am Tag, bestimmst du in "
     "deinen "
     "Einstellungen."},
    {"mail.when", "When", "Wann"},
    {"mail.topic", "Topic", "Thema"},
    {"mail.with", "With", "Mit"},
    {"mail.proposed", "Times that would suit", "Zeiten, die passen würden"},
    {"mail.answer_until", "Answer until", "Antwort bis"},
    {"mail.answer", "Answer: yes, not now, or tell me more", "Antworten: ja, gerade nicht oder mehr wissen"},
    {"mail.answer_note", "Opening the page decides nothing. You do not need to log in.",
     "Das Öffnen der Seite entscheidet noch nichts. Du musst dich nicht anmelden."},

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
