// How a model is asked for an answer that is a value: docs/guides/typed_answers.md. Pure.
#pragma once

#include <executus/llm/model.hpp>

namespace executus::llm {

// Whether a value is wanted and may be asked for as text: no tool is offered but the one that hands it in, and none was
// called so far, since APIs refuse calls in the history of a request without tools. So an answer that was handed in and
// did not fit is asked for through the tool again.
[[nodiscard]] bool may_be_text(const Request& request);

// The request that asks for it so. Precondition: may_be_text().
[[nodiscard]] Request wanted_as_text(Request request);

// Whether that was refused, perhaps for its schema: not every server takes what its protocol has. Then the tool is
// left.
[[nodiscard]] bool may_refuse_schemas(const ModelError& error);

}  // namespace executus::llm
