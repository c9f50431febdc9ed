// The Lua bodies of webhook_store.cc, where the keys are explained. Constant: any thread.
#pragma once

#include "common/redis/script.h"
#include "common/store/side_write.h"
#include "common/store/store.h"

namespace cortado::scheduling {

// K: webhooks. A: W, bytes, most webhooks.
extern const store::WriteScript kInsertWebhook;

// K: webhooks, webhooks:state, due:webhook:W, dead:webhook. A: W.
extern const store::WriteScript kDeleteWebhook;

// K: hook:W/E, webhooks, due:webhook:W, dead:webhook. A: W, E, milliseconds now, seconds to keep it.
extern const store::WriteScript kRetryHook;

// KEYS: hook:W/E, webhooks, due:webhook:W. ARGV: W, E, body, milliseconds now, seconds to keep it.
extern const store::SideScript kHearHook;

// KEYS: due:webhook:W of several. ARGV: milliseconds now. Returns the places of those that have something due.
extern const redis::Script kHooksWithDue;

// KEYS: due:webhook:W. ARGV: milliseconds now, until when what is taken is leased. Returns E, or nothing.
extern const store::SideScript kTakeHook;

// KEYS: hook:W/E, webhooks, due:webhook:W, dead:webhook, webhooks:state. ARGV: W, E, milliseconds now, milliseconds
// when it is due next or "dead" or "delivered", problem, most dead.
extern const store::SideScript kNoteHook;

// KEYS: due:webhook:W, dead:webhook. ARGV: W, milliseconds before which, milliseconds now, most dead.
extern const store::SideScript kGiveUpHooks;

// KEYS: hook:W/E of several. Returns attempts and problem of each, empty where it is gone.
extern const redis::Script kHookFacts;

}  // namespace cortado::scheduling
