// The two macros that make absl::Status read like plain code, for functions and for coroutines alike.
//
//   ASSIGN_OR_RETURN(Person person, Parse(bytes));            // in a function
//   RETURN_IF_ERROR(Validate(person));
//   CO_ASSIGN_OR_RETURN(Person person, co_await store.Get(id));  // in a Task
//   CO_RETURN_IF_ERROR(co_await store.Delete(id));
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define CORTADO_CONCAT_INNER(a, b) a##b
#define CORTADO_CONCAT(a, b) CORTADO_CONCAT_INNER(a, b)

// Returns from the enclosing function if `expr` (an absl::Status) is an error.
#define RETURN_IF_ERROR(expr)                                                              \
  do {                                                                                     \
    if (absl::Status cortado_status = (expr); !cortado_status.ok()) return cortado_status; \
  } while (false)

// Evaluates `expr` (an absl::StatusOr), returns its error, or else moves its value into `lhs`.
#define ASSIGN_OR_RETURN(lhs, expr) CORTADO_ASSIGN_OR(return, CORTADO_CONCAT(cortado_or_, __LINE__), lhs, expr)

// The same inside a coroutine.
#define CO_RETURN_IF_ERROR(expr)                        \
  do {                                                  \
    absl::Status cortado_status = (expr);               \
    if (!cortado_status.ok()) co_return cortado_status; \
  } while (false)

#define CO_ASSIGN_OR_RETURN(lhs, expr) CORTADO_ASSIGN_OR(co_return, CORTADO_CONCAT(cortado_or_, __LINE__), lhs, expr)

#define CORTADO_ASSIGN_OR(leave, temporary, lhs, expr)      \
  auto temporary = (expr);                                  \
  if (!temporary.ok()) leave std::move(temporary).status(); \
  lhs = *std::move(temporary)
