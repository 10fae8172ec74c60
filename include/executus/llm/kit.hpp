// What a provider of one's own is made of. The shipped ones are made of the same.
//
// A provider is a Protocol: a function from a Request to the bytes of its API, and a reader from those of an answer to
// a Response. Both are pure, and may be tested without a server. make_http_provider() does the rest: it asks, for a
// stream where the server gives one; finds the events in what comes (server-sent events, JSON lines, or one body, known
// by their bytes); tells errors that may be repeated from those that may not; keeps keys out of every message; counts
// what was used; and passes on what is seen while it comes. Pace, health, fallback and repetition are the resolver's,
// above it.
//
//   runtime.models().add(make_http_provider({.name = "lab", .base_url = "https://lab.example/v1", .token = key},
//                                           runtime.http(), parts_of));
//   runtime.run({.name = "clerk", .model = "lab/large"}, "...");
//
//   protocol.hpp       Protocol, AnswerReader: what to implement
//   http_provider.hpp  make_http_provider(): what makes a Provider of it
//   asked.hpp          the names and ids of a request, and completed(): calls as a Response has them
//   wire.hpp           JSON that vendors have in common
//   call_assembly.hpp  calls from the pieces of a stream
//   answer_end.hpp     finish_of(): whether what ended is an answer
//   answer_errors.hpp  errors, in answers and instead of them; failure.hpp: what they mean for a repetition, and
//                      quotable(): words of a server without secrets
//   opaque_parts.hpp   parts that a server wants back as it sent them
//   event_parser.hpp   the events of a body, for those who need no HttpModel; json_values.hpp and
//                      net/client/sse_parser.hpp: of one framing
//
// Functions here are pure and may be called from any thread. examples/provider is a complete one.
#pragma once

#include <executus/llm/kit/answer_end.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/aside.hpp>
#include <executus/llm/kit/asked.hpp>
#include <executus/llm/kit/call_assembly.hpp>
#include <executus/llm/kit/event_parser.hpp>
#include <executus/llm/kit/failure.hpp>
#include <executus/llm/kit/http_provider.hpp>
#include <executus/llm/kit/opaque_parts.hpp>
#include <executus/llm/kit/wire.hpp>
