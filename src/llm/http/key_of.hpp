// Whether a vendor's server is asked without a key.
#pragma once

#include <executus/llm/kit/http_model.hpp>

namespace executus::llm {

// A vendor's own service is not asked without a key; others may need none.
[[nodiscard]] inline HttpModelOptions::Key key_of(bool official) {
  return official ? HttpModelOptions::Key::required : HttpModelOptions::Key::optional;
}

}  // namespace executus::llm
